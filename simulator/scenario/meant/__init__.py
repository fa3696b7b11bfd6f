"""What people probably meant by what they typed: numbers, names of keys, and words for the terms of a contract."""
