"""Finding answers: text, passages, encoder, index, fusion, confidence, engine. No Flask."""
