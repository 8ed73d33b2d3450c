"""What the README's figures come from. Each comparison is interleaved in one run; nothing here is part of the tests."""
