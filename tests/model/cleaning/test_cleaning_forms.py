"""Contact-form mails and style rests."""

from model.cleaning import core_text, visible_text


def test_a_contact_form_keeps_topic_number_and_message() -> None:
    mail = (
        "Sie haben eine neue Nachricht über das Kontaktformular erhalten.\n\nAnrede: Frau\nVorname: Eva\n"
        "Nachname: Beispiel\nE-Mail: eva@post.example\nTelefon: 0221 1234\nBetreff: Kündigung\nKundennummer: 4711\n"
        "Nachricht: Hiermit kündige ich\nmeinen Vertrag.\n\nIP-Adresse: 192.0.2.7\nDatum: 03.05.2024 10:00\n"
    )

    assert visible_text(mail) == "Kündigung\nKundennummer: 4711\nHiermit kündige ich\nmeinen Vertrag."


def test_a_wordpress_form_keeps_subject_and_message() -> None:
    mail = (
        "Von: Eva <eva@post.example>\nBetreff: Rechnung\n\nNachrichtentext:\nGuten Tag,\nwarum so hoch?\n\n-- \n"
        "Diese E-Mail wurde von einem Kontaktformular von Laden (https://laden.example) gesendet\n"
    )

    assert core_text(mail) == "Rechnung\n\nwarum so hoch?"


def test_labels_in_an_ordinary_mail_stay() -> None:
    mail = "Meine neuen Daten:\nName: Eva Neu\nTelefon: 0221 1234\n\nBitte ändern."

    assert visible_text(mail) == mail


def test_style_rules_and_conditional_comments_go() -> None:
    mail = (
        "@font-face\n{font-family:Calibri;\npanose-1:2 15 5 2;}\np.MsoNormal, li.MsoNormal\n"
        "{margin:0cm;\nfont-size:11.0pt;}\n"
        "<!--[if gte mso 9]><xml></xml><![endif]-->\nBitte kommen: die Heizung {links} ist defekt;"
    )

    assert visible_text(mail) == "Bitte kommen: die Heizung {links} ist defekt;"
