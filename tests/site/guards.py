"""For each of the nine that must never happen (practice.md): where its guard stands, and the tests that hold it."""

from __future__ import annotations

from typing import NamedTuple


class Guard(NamedTuple):
    """`cut` in `file` is what holds; `gap` is the same place with the guard taken away."""

    number: int
    rule: str
    file: str
    cut: str
    gap: str
    tests: tuple[str, ...]


GUARDS = (
    Guard(
        1,
        "peaceful protest is not risk: no sign of tension counts",
        "src/kondusif/triage/suggest.py",
        "peaceful = protest and not now and not near",
        "peaceful = False",
        ("tests/triage/test_rules.py::test_peaceful_protest_is_never_a_risk",),
    ),
    Guard(
        1,
        "nobody is tasked to disperse one",
        "src/kondusif/response/rules.py",
        'if acled == "peaceful_protest" and (',
        'if acled == "none" and (',
        ("tests/response/test_rules.py::test_nobody_disperses_a_peaceful_protest",),
    ),
    Guard(
        2,
        "no dossiers: parties are roles and interests",
        "src/kondusif/response/models.py",
        "    interest = models.",
        '    nik = models.CharField(max_length=16, default="")\n    interest = models.',
        ("tests/site/test_safety.py::test_there_is_no_register_of_persons",),
    ),
    Guard(
        2,
        "a citizen is never graded",
        "src/kondusif/triage/rules.py",
        'return source == "F" or bool(confirmed_by)',
        "return True",
        ("tests/triage/test_rules.py::test_a_citizen_is_never_graded",),
    ),
    Guard(
        3,
        "a candidate and their staff are kept out",
        "src/kondusif/teams/queries.py",
        "(all_ & LOCKED_LEAVES if _locked(region, locks) else all_)",
        "all_",
        ("tests/teams/test_conflicts.py::test_a_candidate_and_their_staff_see_no_report_and_decide_nothing",),
    ),
    Guard(
        3,
        "their authority passes to the acting head or the province",
        "src/kondusif/teams/queries.py",
        "people := people - kept_out(region, conflicts(at=at))",
        "people := people - set()",
        ("tests/teams/test_conflicts.py::test_authority_passes_to_the_acting_head_else_to_the_province",),
    ),
    Guard(
        3,
        "who is kept out does not let themselves in again",
        "src/kondusif/teams/conflicts.py",
        "        check_permitted(by, LOCK, wider(row.region))\n",
        "",
        ("tests/teams/test_conflicts.py::test_it_is_set_and_ended_from_above_or_declared_by_oneself",),
    ),
    Guard(
        6,
        "two accounts of which one was given its key by the other do not count as two people",
        "src/kondusif/teams/resets.py",
        "    return not recent.filter(",
        "    return True or not recent.filter(",
        ("tests/teams/test_resets.py::test_whoever_handed_out_a_key_is_no_second_person_for_it",),
    ),
    Guard(
        4,
        "reports about officials are the secretariat's alone",
        "src/kondusif/intake/queries.py",
        "region_filter(actor.regions(READ)) & Q(restricted=False)",
        "region_filter(actor.regions(READ))",
        ("tests/intake/test_receive.py::test_scope_of_reading",),
    ),
    Guard(
        5,
        "a shared phone: the way out stands on every public page",
        "src/kondusif/site/templates/public.html",
        " data-exit",
        "",
        ("tests/site/test_safety.py::test_a_shared_phone_tells_nothing",),
    ),
    Guard(
        5,
        "replies carry a code and no content",
        "src/kondusif/intake/channels/storing.py",
        "replies.received(tracking_of(report.uuid), place_missing=missing)",
        "replies.received(tracking_of(report.uuid), place_missing=missing) + report.text",
        (
            "tests/intake/test_channels.py::test_a_report_by_sms_is_kept_with_a_sealed_sender_and_answered_with_a_code_alone",
        ),
    ),
    Guard(
        6,
        "nobody agrees to what they asked",
        "src/kondusif/intake/identity.py",
        " or by.id == row.asked_by or ",
        " or ",
        ("tests/intake/test_identity.py::test_the_asker_does_not_agree_to_their_own",),
    ),
    Guard(
        6,
        "police and whoever is under the region's head do not open it alone",
        "src/kondusif/intake/identity.py",
        "return any(_stands_outside(a, row.report) for a in approvals)",
        "return True",
        ("tests/intake/test_identity.py::test_police_and_whoever_is_under_the_region_s_head_do_not_open_it_alone",),
    ),
    Guard(
        7,
        "a verdict of untruth is on the claim, and no identity goes with it",
        "src/kondusif/triage/actions.py",
        '        line(f"report.{verdict}", row, by=by, at=at)',
        "        from kondusif.intake.models import Contact\n"
        '        who = Contact.objects.filter(report=row).values_list("lookup", flat=True).first()\n'
        '        line(f"report.{verdict}", row, by=by, at=at, detail={"sender": who})',
        ("tests/site/test_never.py::test_a_verdict_says_nothing_of_the_sender",),
    ),
    Guard(
        8,
        "titles name no group",
        "src/kondusif/response/rules.py",
        "    if group_words(title):\n",
        "    if False:\n",
        ("tests/response/test_rules.py::test_titles_name_no_group",),
    ),
    Guard(
        8,
        "nothing personal in what is shared",
        "src/kondusif/response/page.py",
        '"agency": task.agency.name, ',
        '"agency": task.agency.name + task.title, ',
        ("tests/teams/test_sharing.py::test_a_task_tells_whose_it_is_and_by_when_and_not_its_title",),
    ),
    Guard(
        8,
        "nobody approves their own export",
        "src/kondusif/teams/exports/rules.py",
        "return asked_by != decider",
        "return True",
        ("tests/teams/test_exports.py::test_nobody_approves_their_own_whatever_they_may",),
    ),
    Guard(
        8,
        "a large export waits for a yes",
        "src/kondusif/teams/exports/rules.py",
        "return restricted or rows > most",
        "return False",
        ("tests/teams/test_exports.py::test_a_large_one_needs_the_yes_of_a_second_person_for_a_day_and_once",),
    ),
    Guard(
        8,
        "every member page says who looked at it and when",
        "src/kondusif/site/templates/office.html",
        '{% include "parts/mark.html" %}',
        "",
        ("tests/site/test_exports.py::test_every_member_page_carries_its_mark_on_the_screen_and_on_paper",),
    ),
    Guard(
        9,
        "a short assessment only, and the page says so",
        "src/kondusif/situation/templates/situation/region.html",
        "Jangan unggah produk intelijen.",
        "",
        ("tests/site/test_never.py::test_agencies_enter_a_short_assessment_and_no_product",),
    ),
    Guard(
        9,
        "no other tier than terbatas",
        "src/kondusif/ledger/actions.py",
        'RESTRICTED = "terbatas"',
        'RESTRICTED = "rahasia"',
        ("tests/site/test_never.py::test_the_only_tier_is_terbatas",),
    ),
    Guard(
        6,
        "no two agencies under the region's head are enough",
        "src/kondusif/intake/identity.py",
        " and not under_its_head",
        "",
        ("tests/intake/test_identity.py::test_police_and_whoever_is_under_the_region_s_head_do_not_open_it_alone",),
    ),
    Guard(
        3,
        "nobody takes back their own raise of a status while it holds",
        "src/kondusif/situation/rules.py",
        "return not temporary or proposer != refuser",
        "return True",
        ("tests/situation/test_actions.py::test_a_raise_that_holds_is_not_taken_back_by_whoever_raised_it",),
    ),
    Guard(
        7,
        "a letter about a claim names no account",
        "src/kondusif/triage/claims/bare.py",
        "    text = _HANDLE.sub(NAME_GONE, text)\n",
        "",
        ("tests/triage/test_claims.py::test_no_identity_goes_with_a_referral",),
    ),
    Guard(
        7,
        "a verdict on a claim needs evidence",
        "src/kondusif/triage/claims/rules.py",
        'return "evidence" if verdict in NEEDS_EVIDENCE and not evidence else ""',
        'return ""',
        ("tests/triage/test_claims.py::test_a_verdict_without_evidence_is_refused",),
    ),
    Guard(
        7,
        "an objection is not judged by whoever judged before",
        "src/kondusif/triage/claims/rules.py",
        'return "earlier" if judge in set(earlier) else ""',
        'return ""',
        ("tests/triage/test_claims.py::test_an_objection_is_looked_at_by_another_and_the_earlier_verdict_stays",),
    ),
    Guard(
        3,
        "no publication names a candidate",
        "src/kondusif/triage/claims/words.py",
        '        ("candidate", names_candidate(whole, barred=barred, places=places)),\n',
        "",
        ("tests/triage/test_claims.py::test_no_candidate_and_no_repeated_claim_is_published",),
    ),
    Guard(
        3,
        "in masa tenang only safety notices are published",
        "src/kondusif/triage/claims/counters.py",
        "if quiet_in(claim.region, at=at) and not row.safety:",
        "if False:",
        ("tests/triage/test_claims.py::test_in_masa_tenang_only_safety_notices",),
    ),
    Guard(
        1,
        "a peaceful protest is no latent conflict",
        "src/kondusif/response/potentials/actions.py",
        "if rules.is_protest(title):",
        "if False:",
        ("tests/response/test_potentials.py::test_entering_is_refused",),
    ),
    Guard(
        2,
        "names of a berita acara are sealed",
        "src/kondusif/response/peace/agreement.py",
        'sealed = KEYS.seal(json.dumps({"parties": sides, "content": content, "witnesses": witnesses}))',
        'sealed = json.dumps({"parties": sides, "content": content, "witnesses": witnesses})',
        ("tests/response/test_peace.py::test_names_stand_sealed_and_open_with_a_reason",),
    ),
    Guard(
        8,
        "an appeal for calm names no group",
        "src/kondusif/response/peace/appeal.py",
        " or group_words(text):",
        ":",
        ("tests/response/test_peace.py::test_appeals_name_nobody_and_keep_masa_tenang",),
    ),
)
