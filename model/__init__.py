"""What is learned from mails: cleaning, data set, classifier, training, evaluation and serving."""
