"""What identifies and what does not: forms of plates, numbers, addresses, dates, names; misread as readers misread them.

Numbers are those reserved for fiction, addresses end in `.example` or name made-up places, people do not exist.
"""

from __future__ import annotations

import pytest

from paravent.detect.text.identifying import could_identify, kind_of
from paravent.detect.text.words import says_any

PLATES = [
    "AB-123-CD",
    "AB 123 CD",
    "A8-123-CD",
    "AB-I23-CD",
    "AB-123-CD 75",
    "F AB-123-CD",
    "1234 AB 75",
    "AB12 CDE",
    "AB12CDE",
    "B-AB 1234",
    "B AB 1234",
    "1234 BCD",
    "1-ABC-123",
    "VD 123456",
    "AA 123 AA",
    "12-AB-34",
    "WA 12345",
    "AB 1234",
    "ABC 123",
    "A123 BCD",
    "AB1 2CD",
]

IDENTIFYING = [
    "01 99 00 12 34",
    "Tél. 01 99 00 12 34",
    "+33 1 99 00 12 34",
    "+44 20 7946 0958",
    "020 7946 0958",
    "(555) 555-0123",
    "555-0123",
    "O1 99 OO 12 34",
    "Phone: 555 0123",
    "06.39.98.12.34",
    "0033 1 99 00 12 34",
    "lea@ecole.example",
    "lea.exemple@mail.example",
    "@lea_exemple",
    "www.ecole.example",
    "www,ecole,example",
    "https://club.example/x",
    "ecole.example",
    "exemple.fr",
    "Instagram: lea.exemple",
    "insta lea_42",
    "snap: leaex",
    "né le 3 mai 2015",
    "Née le 03/05/2015",
    "Born 3 May 2015",
    "DOB 03/05/15",
    "Date de naissance : 03.05.2015",
    "03/05/2015",
    "3 mai 2015",
    "12 rue des Lilas",
    "12 bis, avenue du Port",
    "12ruedesLilas",
    "12 RUE DES LILAS",
    "Rue des Lilas",
    "RUE DE L'EXEMPLE",
    "Place du Marché",
    "221B Example Street",
    "14 Maple Close",
    "Maple Close",
    "Example Road",
    "Example Lane SE1",
    "75999 Exempleville",
    "F-75999 Exempleville",
    "CH-1999 Exempleville",
    "BP 123",
    "École Jules-Exemple",
    "Ecole primaire Jules Exemple",
    "Collège Exemple",
    "LYCÉE MARIE EXEMPLE",
    "Example Primary School",
    "St Example's School",
    "Judo Club Exempleville",
    "FC Exempleville",
    "AS Exemple",
    "Exampleton FC",
    "Exampleton United",
    "Scouts d'Exempleville",
    "1st Exampleton Scouts",
]

HARMLESS = [
    "EXIT",
    "Sortie",
    "PARKING",
    "Soldes -50%",
    "Boulangerie",
    "Fresh bread",
    "No entry",
    "Bibliothèque",
    "Bonjour",
    "Ouvert 9h-19h",
    "Open 9.00-18.00",
    "Lun-Ven 8.30-12.00",
    "12,50 €",
    "Menu 15 €",
    "Prix 3.20",
    "STOP",
    "École",
    "School",
    "School bus",
    "SLOW SCHOOL",
    "Attention école",
    "2024",
    "Édition 2024",
    "Page 12",
    "Quai 3",
    "Voie B",
    "Piste cyclable",
    "Chemin privé",
    "Rue barrée",
    "Road closed",
    "No through road",
    "One way",
    "Dead end street",
    "Hard drive",
    "Test drive",
    "Please close",
    "Bus 42",
    "Ligne 7",
    "ISO 9001",
    "Chambre 204",
    "Room 101",
    "100 km/h",
    "30",
    "5 km",
    "Cours de danse",
    "Joyeux anniversaire",
    "Happy birthday",
    "Bienvenue",
    "Vive les vacances",
    "Le 14 juillet",
    "Samedi 14 juin 2025 à 20h",
    "© 2020 Exemple",
    "3 + 4 = 7",
    "Eau potable",
    "Interdit de fumer",
    "Tirez",
    "Poussez",
    "PUSH",
    "Cinéma",
    "Glaces",
    "1 boule 2,50",
    "500 g",
    "Entrée libre",
    "WC",
    "Merci",
    "2 pour 1",
    "Class of 2024",
    "Rendez-vous",
    "Toilettes",
    "Accueil",
    "50% off",
    "Defense d'afficher",
    "MAIRIE",
    "POLICE",
    "TAXI",
    "14 JUIN",
    "LE 14 MAI",
    "Premier prix",
    "Max 3.5 t",
    "20 000 points",
    "Level 2",
    "COVID-19",
    "A4",
    "B2B",
    "4x4",
    "Boulevard",
    "Street food",
    "High street food",
    "Tennis",
    "Swimming pool",
    "Football",
    "Salle de judo",
    "Club",
    "Club sandwich",
    "Piscine",
    "Fitness club",
    "Ecole maternelle",
    "Fermé le lundi",
    "8 ans",
    "Journal du 3",
    "12345",
    "1234567890128",
    "Vitesse 50",
    "Crème brûlée",
    "Hello world",
    "I love NY",
    "New York 1998",
    "Just do it",
    "Summer 2023",
]


@pytest.mark.parametrize("text", PLATES)
def test_number_plates_are_plates(text):
    assert kind_of(text) == "plate"


@pytest.mark.parametrize("text", IDENTIFYING)
def test_what_identifies_is_told(text):
    assert kind_of(text) == "text"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_does_not_identify_is_left(text):
    assert kind_of(text) is None


SAID = [
    ("Léa", "LEA"),
    ("Léa", "lea 8 ans"),
    ("Exempleville", "EXEMPLEVILLE"),
    ("Exempleville", "Exemp1evi11e"),
    ("Exempleville", "Exemple-ville"),
    ("Exempleville", "Exemple- ville"),
    ("Exempleville", "vive Exenpleville !"),
    ("Exempleville", "LesAmisdExemplevilleReunis"),
    ("Les Écureuils", "crèche les ecureuils"),
    ("Les Écureuils", "LESECUREUILS"),
    ("Jean-Exemple", "jean exemple"),
    ("jean exemple", "Jean-Exemple"),
    ("Martin", "rnartin"),
    ("Bob", "808"),
    ("O'Example", "O’EXAMPLE"),
    ("Œdipe", "OEDIPE"),
]
NOT_SAID = [
    ("Léa", "Les"),
    ("Léa", "cléa"),
    ("Exempleville", "exemple"),
    ("Martin", "jardin"),
    ("Les Écureuils", "les oiseaux"),
    ("", "anything"),
    ("--", "--"),
]


@pytest.mark.parametrize(("word", "text"), SAID)
def test_a_word_is_recognised_however_it_is_written(word, text):
    assert says_any(text, (word,))
    assert kind_of(text, words=("other", word)) == "text"


@pytest.mark.parametrize(("word", "text"), NOT_SAID)
def test_other_words_are_not(word, text):
    assert not says_any(text, (word,))


def test_each_part_of_a_name_in_the_metadata_counts():
    names = ("Léa Exemple-Martin", "école des Tilleuls")
    assert [kind_of(text, names=names) for text in ("LÉA", "Exemple", "martin", "Tilleuls")] == ["text"] * 4
    assert kind_of("des fraises", names=names) is None


@pytest.mark.parametrize("text", ["O1 9_ 00 1?", "AB-1?3-C0 1", "l0a@ec", "2O15 03"])
def test_what_was_read_badly_may_identify(text):
    assert could_identify(text)


@pytest.mark.parametrize("text", ["Bou1angerie", "", "S0RTIE", "12"])
def test_and_may_not(text):
    assert not could_identify(text)


@pytest.mark.parametrize(
    "text", ["", " ", "0" * 5000, "a" * 5000, "@" * 5000, "1 " * 3000, "rue " * 2000, "é" * 3000, "a." * 3000]
)
def test_no_line_takes_long(text):
    kind_of(text, words=("Exempleville",), names=("Léa Exemple",))
