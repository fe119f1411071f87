"""The library's messages in another language: a catalogue of sentences, English to French."""
