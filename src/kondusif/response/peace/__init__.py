"""The peace side: peace actors by consent, invitations to mediation, agreements with obligations, appeals for calm."""
