"""One network, several questions: trained on every dataset with the answers each really has."""
