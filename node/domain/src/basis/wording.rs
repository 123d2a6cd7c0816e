//! A legal basis in plain Danish, as the citizen could read it: the one text for screens, print and command line.
//!
//! What the law says is the catalogue's; here is only how it is put. Names of sectors and kinds are the catalogue's too.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{
    Article6, Article9, BasisProblem, ConsentForm, ConsentGiver, DataProtectionBasis, Ground, LegalBasis,
};
use crate::catalogue::{self, Ages};
use crate::plan::{ItemKey, Plan, Sector};
use crate::terminology::Terminology;
use crate::{Kommunekode, Stamp, danish_day};

/// A text to read from top to bottom. `Debug` is masked: it holds what was written about a citizen.
#[derive(Clone, PartialEq, Eq)]
pub struct Wording {
    /// What it is.
    pub title: String,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a [`Wording`]: sentences, and below them what they introduce, point by point.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is about.
    pub heading: &'static str,
    /// Its sentences.
    pub sentences: Vec<String>,
    /// What they introduce.
    pub points: Vec<String>,
}

impl fmt::Debug for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wording({} parts)", self.parts.len())
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Part(masked)")
    }
}

impl fmt::Display for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        for part in &self.parts {
            writeln!(f, "\n{}", part.heading)?;
            part.sentences.iter().try_for_each(|sentence| writeln!(f, "{sentence}"))?;
            part.points.iter().try_for_each(|point| writeln!(f, "- {point}"))?;
        }
        Ok(())
    }
}

impl Part {
    fn new(heading: &'static str, sentences: impl Into<Vec<String>>) -> Self {
        Self { heading, sentences: sentences.into(), points: Vec::new() }
    }

    fn with(self, points: Vec<String>) -> Self {
        Self { points, ..self }
    }
}

impl LegalBasis {
    /// What the provision it leans on is called, by the catalogue of the day that it was recorded.
    pub fn citation(&self) -> &str {
        let day = danish_day(self.recorded.at);
        catalogue::provision(&self.draft.provision, day)
            .map_or(&*self.draft.provision, |found| found.citation)
    }

    /// The last day that it holds, if it has an end.
    pub fn last_day(&self) -> Option<Date> {
        // The end is not included: the last day that it holds is the day before it.
        self.draft.until.and_then(|until| danish_day(until).yesterday().ok())
    }

    /// The basis in plain Danish, as it stands now. The plan is where the material's words and the citizen's age are
    /// read; it may be the receiver's. Codes have the words of their source, or of a loaded code system.
    pub fn wording(&self, plan: &Plan, terminology: &Terminology, now: Timestamp) -> Wording {
        let (from, to) = (municipality(self.draft.from), municipality(self.to));
        match &self.draft.ground {
            Ground::Consent { purpose, form, given_by } => Wording {
                title: format!("Samtykke til at sende oplysninger fra {from} til {to}"),
                parts: vec![
                    Part::new(
                        "Hvem giver lov til hvad",
                        [format!(
                            "{} {from} lov til at sende oplysninger fra planen til {to}.",
                            gives(*given_by)
                        )],
                    ),
                    Part::new("Formålet", [purpose.reveal().to_owned()]),
                    self.sections_in_words(),
                    Part::new("Hvordan det er givet", self.how_given(plan, *form, *given_by, &from)),
                    Part::new("Hvor længe det gælder", self.how_long(plan, now)),
                    Part::new("Hvis det trækkes tilbage", self.if_withdrawn(plan, &from, &to)),
                    Part::new(
                        "Loven",
                        [
                            format!(
                                "Samtykket er indhentet efter {}. Det er en garanti for borgeren.",
                                self.citation()
                            ),
                            self.data_protection(),
                        ],
                    ),
                ],
            },
            Ground::StatutoryDuty { assessment, summary, material } => Wording {
                title: format!("Underretning efter {} fra {from} til {to}", self.citation()),
                parts: vec![
                    Part::new(
                        "Hvorfor",
                        [format!(
                            "{from} har vurderet, at der er behov for særlig støtte, og har derfor pligt til at underrette \
                             {to} efter {}.",
                            self.citation()
                        )],
                    ),
                    Part::new("Vurderingen", [assessment.reveal().to_owned()]),
                    Part::new("Sammenfatning af de relevante vurderinger", [summary.reveal().to_owned()]),
                    Part::new(
                        "Det nødvendige materiale",
                        ["Kun dette må sendes, punkt for punkt:".to_owned()],
                    )
                    .with(
                        material.iter().map(|key| self.material_in_words(key, plan, terminology)).collect(),
                    ),
                    Part::new(
                        "Samtykke",
                        ["Der bliver ikke bedt om samtykke: pligten til at underrette følger af loven."
                            .to_owned()],
                    ),
                    self.who_is_told(plan),
                    Part::new(
                        "Registrering",
                        [vec![self.who_recorded(&from)], self.how_long(plan, now)].concat(),
                    ),
                    Part::new("Loven", [self.data_protection()]),
                ],
            },
            Ground::OtherStatute { reason } => Wording {
                title: format!("Videregivelse efter {} fra {from} til {to}", self.citation()),
                parts: vec![
                    Part::new(
                        "Hvorfor",
                        [
                            format!(
                                "{from} må sende oplysninger fra planen til {to} efter {}.",
                                self.citation()
                            ),
                            reason.reveal().to_owned(),
                        ],
                    ),
                    self.sections_in_words(),
                    Part::new(
                        "Samtykke",
                        ["Der bliver ikke bedt om samtykke: videregivelsen hviler på loven.".to_owned()],
                    ),
                    self.who_is_told(plan),
                    Part::new(
                        "Registrering",
                        [vec![self.who_recorded(&from)], self.how_long(plan, now)].concat(),
                    ),
                    Part::new("Loven", [self.data_protection()]),
                ],
            },
        }
    }

    /// The sections, sector by sector.
    fn sections_in_words(&self) -> Part {
        let mut kinds = BTreeMap::<&Sector, Vec<&str>>::new();
        for section in &self.draft.sections {
            kinds.entry(&section.sector).or_default().push(section.kind.danish());
        }
        let day = danish_day(self.recorded.at);
        let points =
            kinds.iter().map(|(whose, kinds)| format!("{}: {}", sector(whose, day), kinds.join(", ")));
        Part::new("Hvilke oplysninger", ["Kun disse oplysninger må sendes:".to_owned()])
            .with(points.collect())
    }

    fn material_in_words(&self, key: &ItemKey, plan: &Plan, terminology: &Terminology) -> String {
        match plan.live_items().find(|item| item.key == *key) {
            Some(item) => {
                let whose = sector(&item.sector, danish_day(self.recorded.at));
                let words = match terminology.title(item) {
                    title if title.is_empty() => key.to_string(),
                    title => format!("»{title}«"),
                };
                format!("{}: {words} ({whose})", item.kind.section_kind().danish())
            }
            // It was given up since, or another municipality has it.
            None => format!("{key} (er ikke i planen nu)"),
        }
    }

    /// How it was given; where others gave it for a child who is heard, by which hearing in the plan.
    fn how_given(&self, plan: &Plan, form: ConsentForm, given_by: ConsentGiver, from: &str) -> Vec<String> {
        let day = danish_day(self.recorded.at);
        let for_a_child = matches!(given_by, ConsentGiver::CustodyHolder | ConsentGiver::CustodyHolders);
        let provision = catalogue::provision(&self.draft.provision, day).filter(|_| for_a_child);
        let say = provision.map(|provision| plan.say_on(provision, day)).filter(|say| say.to_be_heard);
        let heard = say.and_then(|say| say.heard_on);
        let heard = heard.map(|heard| format!("Barnet eller den unge blev hørt {}.", date(heard)));
        [how(form, given_by)].into_iter().chain(heard).chain([self.who_recorded(from)]).collect()
    }

    fn who_recorded(&self, from: &str) -> String {
        let Stamp { at, by } = &self.recorded;
        format!("{by} i {from} har registreret det {}.", date(danish_day(*at)))
    }

    fn how_long(&self, plan: &Plan, now: Timestamp) -> Vec<String> {
        let begins = date(danish_day(self.draft.valid_from));
        let time = match self.last_day() {
            Some(last) => format!("Det gælder fra {begins} til og med {}.", date(last)),
            None => format!("Det gælder fra {begins}, indtil oplysningerne er sendt."),
        };
        let standing = match self.standing(now) {
            _ if self.is_used(plan) => Some("Det er brugt: planen er sendt."),
            Some(BasisProblem::Withdrawn) => Some("Det er trukket tilbage."),
            Some(BasisProblem::Expired) => Some("Det er udløbet."),
            Some(BasisProblem::NotYetValid) => Some("Det gælder ikke endnu."),
            _ => None,
        };
        std::iter::once(time).chain(standing.map(str::to_owned)).collect()
    }

    fn if_withdrawn(&self, plan: &Plan, from: &str, to: &str) -> Vec<String> {
        let kept = format!(
            "Oplysninger, som {to} allerede har fået ansvaret for, bliver der: {to} behandler dem på sit eget \
             retsgrundlag."
        );
        match &self.withdrawal {
            // Nothing is left to stop.
            _ if self.is_used(plan) => vec![
                format!(
                    "Samtykket er brugt: planen er sendt, og den er nu hos {}.",
                    municipality(plan.municipality)
                ),
                kept,
                "At føre planen tilbage er en ny overdragelse.".to_owned(),
            ],
            Some(Stamp { at, by }) => vec![
                format!("Samtykket er trukket tilbage {}. {by} har registreret det.", date(danish_day(*at))),
                "Der sendes ikke mere på det.".to_owned(),
                kept,
            ],
            None => vec![
                format!(
                    "Samtykket kan når som helst trækkes tilbage ved at sige det til {from}. Det kræver ingen begrundelse."
                ),
                "Så sendes der ikke mere på det, og en overdragelse, der ikke er besluttet, stoppes."
                    .to_owned(),
                kept,
                "At føre planen tilbage er en ny overdragelse.".to_owned(),
            ],
        }
    }

    /// Who is to be told of what is sent without consent, by the provision's ages.
    fn who_is_told(&self, plan: &Plan) -> Part {
        let day = danish_day(self.recorded.at);
        let age = plan.citizen.cpr.age_on(day);
        let ages = catalogue::provision(&self.draft.provision, day).map(|found| found.ages);
        let who = match ages {
            Some(Ages { of_age, .. }) if age >= of_age => "Borgeren",
            Some(Ages { party, .. }) if age >= party => {
                "Forældremyndighedens indehaver og barnet eller den unge selv"
            }
            Some(_) => "Forældremyndighedens indehaver",
            None => "Borgeren, eller forældremyndighedens indehaver for et barn,",
        };
        Part::new(
            "Hvem der skal have det at vide",
            [format!("{who} skal have at vide, at oplysningerne sendes, og hvorfor.")],
        )
    }

    fn data_protection(&self) -> String {
        let DataProtectionBasis { article_6, article_9 } = self.draft.data_protection;
        let six = match article_6 {
            Article6::LegalObligation => "artikel 6, stk. 1, litra c",
            Article6::PublicTask => "artikel 6, stk. 1, litra e",
        };
        let nine = match article_9 {
            Article9::LegalClaims => "artikel 9, stk. 2, litra f",
            Article9::SubstantialPublicInterest => "artikel 9, stk. 2, litra g",
        };
        format!(
            "Kommunens behandling af oplysningerne hviler på databeskyttelsesforordningens {six}, og {nine}."
        )
    }
}

fn gives(giver: ConsentGiver) -> &'static str {
    match giver {
        ConsentGiver::Citizen => "Borgeren giver",
        ConsentGiver::Guardian => "Værgen giver på borgerens vegne",
        ConsentGiver::CustodyHolders => "Indehaverne af den fælles forældremyndighed giver på barnets vegne",
        ConsentGiver::CustodyHolder => "Forældremyndighedens indehaver giver på barnets vegne",
        ConsentGiver::YoungPerson => "Den unge giver selv",
    }
}

fn how(form: ConsentForm, giver: ConsentGiver) -> String {
    let form = match form {
        ConsentForm::Written => "skriftligt",
        ConsentForm::Digital => "digitalt",
        ConsentForm::OrallyNoted => "mundtligt og skrevet ned af kommunen",
    };
    let giver = match giver {
        ConsentGiver::Citizen => "borgeren selv",
        ConsentGiver::Guardian => "værgen",
        ConsentGiver::CustodyHolder => "forældremyndighedens indehaver",
        ConsentGiver::CustodyHolders => "dem, der har fælles forældremyndighed",
        ConsentGiver::YoungPerson => "den unge selv",
    };
    format!("Samtykket er givet {form}, af {giver}.")
}

fn municipality(code: Kommunekode) -> String {
    code.name().map_or_else(|| format!("kommune {code}"), |name| format!("{name} Kommune"))
}

fn sector(sector: &Sector, day: Date) -> String {
    catalogue::sector(sector.as_str(), day).map_or(sector.as_str(), |entry| entry.danish).to_owned()
}

fn date(day: Date) -> String {
    const MONTHS: [&str; 12] = [
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "december",
    ];
    let month = usize::try_from(day.month() - 1).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
    format!("den {}. {month} {}", day.day(), day.year())
}
