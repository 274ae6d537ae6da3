"""Peta potensi: the register of latent matters and its reviews, beside the incidents they may become (decision 0014)."""
