"""What schools and the authority said: survey, letter, standing partnerships, judgements."""
