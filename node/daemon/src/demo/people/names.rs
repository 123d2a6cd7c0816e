//! Names and addresses that are invented: names of the many origins that a municipality meets, roads that are nowhere.

use enplan_domain::cpr::Gender;

use super::dice::Dice;

/// Names that go together.
struct Origin {
    women: &'static [&'static str],
    men: &'static [&'static str],
    families: &'static [&'static str],
}

/// Danish given names, with plants for family names.
const DANISH: Origin = Origin {
    women: &[
        "Agnes",
        "Anette",
        "Benedikte",
        "Birthe",
        "Camilla",
        "Dagny",
        "Ditte",
        "Ellen",
        "Fanny",
        "Freja",
        "Gudrun",
        "Hanne",
        "Inge",
        "Jytte",
        "Kirsten",
        "Lone",
        "Maja",
        "Nanna",
        "Pernille",
        "Signe",
        "Tine",
        "Ulla",
        "Vibeke",
    ],
    men: &[
        "Asger", "Bent", "Carsten", "Dennis", "Esben", "Folmer", "Frode", "Gorm", "Helge", "Holger", "Jens",
        "Kenneth", "Lasse", "Mads", "Niels", "Ole", "Poul", "Rasmus", "Steen", "Troels", "Ulrik", "Valdemar",
    ],
    families: &[
        "Anemone",
        "Birk",
        "Brombær",
        "Engblomme",
        "Fladbælg",
        "Fuglegræs",
        "Gran",
        "Guldregn",
        "Gyvel",
        "Hassel",
        "Havtorn",
        "Hjertegræs",
        "Humle",
        "Hyld",
        "Kaprifolie",
        "Katost",
        "Kornblomst",
        "Løvefod",
        "Merian",
        "Okseøje",
        "Perikon",
        "Pil",
        "Røn",
        "Skovmærke",
        "Slåen",
        "Timian",
        "Tjørn",
        "Vejbred",
        "Vikke",
        "Ærenpris",
    ],
};

/// Other origins, each about as likely as the next.
const OTHERS: [Origin; 9] = [
    Origin {
        women: &["Ayşe", "Elif", "Esra", "Fatma", "Zeynep"],
        men: &["Emre", "Hakan", "Kerem", "Mehmet", "Yusuf"],
        families: &["Çınar", "Gül", "Lale"],
    },
    Origin {
        women: &["Amina", "Huda", "Layla", "Rania", "Samira"],
        men: &["Bilal", "Karim", "Omar", "Rami", "Samir"],
        families: &["al-Yasmin", "Rayhan", "Zaytun"],
    },
    Origin {
        women: &["Hodan", "Ifrah", "Sagal", "Ubah"],
        men: &["Abdi", "Guled", "Liban", "Warsame"],
        families: &["Geed", "Ubax"],
    },
    Origin {
        women: &["Agnieszka", "Ewa", "Kinga", "Zofia"],
        men: &["Jacek", "Marek", "Piotr", "Tomasz"],
        families: &["Brzoza", "Jarzębina"],
    },
    Origin {
        women: &["Daria", "Iryna", "Oksana", "Solomija"],
        men: &["Andrij", "Bohdan", "Ostap", "Taras"],
        families: &["Kalyna", "Barvinok"],
    },
    Origin {
        women: &["Aviaja", "Ivalu", "Nivi", "Paninnguaq"],
        men: &["Aqqaluk", "Inuk", "Malik", "Nuka"],
        families: &["Naasoq", "Paarnaq"],
    },
    Origin {
        women: &["Hoa", "Lan", "Linh", "Mai"],
        men: &["Duc", "Huy", "Minh", "Tuan"],
        families: &["Hoa Sen", "Trúc"],
    },
    Origin {
        women: &["Amra", "Emina", "Jasna", "Senada"],
        men: &["Damir", "Emir", "Mirza", "Nihad"],
        families: &["Jasen", "Ljiljan"],
    },
    Origin {
        women: &["Laleh", "Mahsa", "Parisa", "Shirin"],
        men: &["Babak", "Dariush", "Kaveh", "Reza"],
        families: &["Banafsheh", "Sarvi"],
    },
];

/// What a family is called, and which given names go with it.
pub(super) struct Family {
    origin: &'static Origin,
    /// The name that they share.
    pub(super) name: &'static str,
}

/// A family's name: every third is not Danish.
pub(super) fn family(dice: &mut Dice) -> Family {
    let other = dice.one(&OTHERS, &DANISH);
    let origin = if dice.once_in(3) { other } else { &DANISH };
    let name = dice.one(origin.families, &"Ask");
    Family { origin, name }
}

impl Family {
    /// A family of this name, with Danish given names.
    pub(super) const fn danish(name: &'static str) -> Self {
        Self { origin: &DANISH, name }
    }
}

/// A whole name in a family, marked as nobody's.
pub(super) fn name_in(family: &Family, gender: Gender, dice: &mut Dice) -> String {
    let given = match gender {
        Gender::Female => family.origin.women,
        Gender::Male => family.origin.men,
    };
    format!("TESTDATA {} {}", dice.one(given, &"Kim"), family.name)
}

/// The name of somebody who works with a citizen, marked as nobody's too.
pub(super) fn contact(dice: &mut Dice) -> String {
    let gender = gender(dice);
    name_in(&family(dice), gender, dice)
}

/// Either.
pub(super) fn gender(dice: &mut Dice) -> Gender {
    if dice.once_in(2) { Gender::Female } else { Gender::Male }
}

/// Roads that are nowhere.
const ROADS: [&str; 10] = [
    "Prøvevej",
    "Øvestien",
    "Testtoften",
    "Eksempelvænget",
    "Attrapgade",
    "Skitsevej",
    "Modelparken",
    "Mønsterallé",
    "Opdigtervej",
    "Kladdebakken",
];

/// The towns of each municipality, with their postal codes.
const TOWNS: [(&str, &[&str]); 9] = [
    ("Allerød", &["3450 Allerød", "3540 Lynge"]),
    ("Ballerup", &["2750 Ballerup", "2740 Skovlunde", "2760 Måløv"]),
    ("Fredensborg", &["3480 Fredensborg", "3050 Humlebæk", "2990 Nivå", "2980 Kokkedal"]),
    ("Frederikssund", &["3600 Frederikssund", "3630 Jægerspris", "3550 Slangerup"]),
    ("Furesø", &["3520 Farum", "3500 Værløse"]),
    ("Gribskov", &["3200 Helsinge", "3230 Græsted", "3250 Gilleleje"]),
    ("Halsnæs", &["3300 Frederiksværk", "3390 Hundested"]),
    ("Helsingør", &["3000 Helsingør", "3060 Espergærde", "3100 Hornbæk"]),
    ("Hillerød", &["3400 Hillerød", "3320 Skævinge"]),
];

/// An address in a municipality, where nobody lives.
pub(super) fn address(municipality: &str, dice: &mut Dice) -> String {
    let towns = TOWNS.iter().find(|(name, _)| *name == municipality).map_or(&[][..], |(_, towns)| towns);
    let road = dice.one(&ROADS, &"Prøvevej");
    let house = dice.number(1..=98);
    format!("{road} {house}, {}", dice.one(towns, &"3200 Helsinge"))
}

#[cfg(test)]
mod tests {
    use enplan_domain::municipality::THE_NINE;

    use super::*;

    #[test]
    fn every_name_says_that_nobody_has_it() {
        let mut dice = Dice::seeded(3);
        assert!((0..200).all(|_| contact(&mut dice).starts_with("TESTDATA ")));
    }

    #[test]
    fn every_municipality_has_towns_of_its_own() {
        for (_, name) in THE_NINE {
            assert!(TOWNS.iter().any(|(town_of, towns)| *town_of == name && !towns.is_empty()), "{name}");
        }
    }
}
