"""What a card says of every model: what it is for, what it is not for, and what to watch. Each text at most 2,048
characters."""

PURPOSE = (
    "Reads a customer's e-mail (subject, custodian banks, cleaned body) as it reaches the CRM and says which line of "
    "business, queue and topic it belongs to, how sure it is, and whether it may be routed without a person."
)
INTENDED_USES = (
    "Routing German and English e-mail to the company's own teams. Not for answering mail, for judging a customer, for "
    "credit, fraud or complaint decisions, or for mail in languages it was not trained on, which it hands to a person."
)
FACTORS = (
    "New topics and reworded forms, labels with few mails, very short mails, mails with several requests, and other "
    "languages than the training data's lower the quality. Labels of the past carry the habits of who gave them."
)
RISK = (
    "A wrong label delays a customer's matter until a person passes it on. Thresholds fitted on validation mails "
    "decide what is routed automatically; all else is shown to or left with a person, and a queue can be paused."
)
PROBLEM = "Mails wait in a common inbox until somebody has read and passed them on, often more than once."
STAKEHOLDERS = "Client service, the teams behind the queues, data protection, the operators of the CRM."
ETHICS = (
    "Mails hold personal data. The model keeps none in the clear: reports, logs and this card name mails by their ids "
    "alone. It is trained and served within the account, without a network. Language must not decide how well a "
    "customer is served: the report shows each language apart."
)
CAVEATS = (
    "Scores are of a frozen test set that no model is trained on; mails newer than it are measured apart. A version is "
    "registered only if it passed the gate. Read comparison.html before approving; watch corrections and alarms after."
)
