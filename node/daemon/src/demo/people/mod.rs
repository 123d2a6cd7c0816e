//! The demo's citizens: 240 people who do not exist, at the scale that the nine municipalities wrote of themselves.
//!
//! Everything about them is synthetic: drawn from lists by a seed, so that everybody's demo has the same people. Nobody
//! real was looked at. A number is a replacement number (day + 60), a name begins with TESTDATA, an address is a road
//! that is nowhere, and what stands in a plan was decided by the domain's own rules as they were on its day.

mod assessed;
mod dice;
mod kin;
mod lives;
mod meetings;
mod names;
mod numbers;
mod pen;
mod said_twice;
mod story;
pub(super) mod well_known;
mod years;

use std::collections::BTreeSet;

use anyhow::bail;
use enplan_domain::cpr::Gender;
use enplan_domain::municipality::THE_NINE;
use enplan_domain::plan::{Citizen, Plan, PlanEvent};
use enplan_domain::{CaseId, Date, Kommunekode, Narrative, Timestamp, danish_day};
use jiff::ToSpan;
use jiff::civil::date;

use self::dice::Dice;
use self::lives::{ADULTS, CHILDREN, Life, PARENTS, WORKERS, YOUNG};
use self::names::Family;
use self::story::{Person, tell};
use self::well_known::{ENDED, FAMILY, FAMILY_NAME, GATHERED, MOVED, PARENT, PROTECTED, SEVENTEEN};
use super::exemptions;
use super::staff::{FAMILY_UNIT, WORK_UNIT, caseworker_of};

/// What everybody is drawn by.
const SEED: u64 = 20_171_001;

/// How many in each, beside Gribskov. Fredensborg's 23 are the document's.
const COUNTS: [(&str, u16); 8] = [
    ("Allerød", 18),
    ("Ballerup", 25),
    ("Fredensborg", 23),
    ("Frederikssund", 22),
    ("Furesø", 24),
    ("Halsnæs", 19),
    ("Helsingør", 25),
    ("Hillerød", 24),
];
/// Gribskov's 15 families: so many of each have a plan.
const FAMILIES: [u16; 15] = [4, 3, 2, 3, 3, 4, 2, 3, 3, 2, 4, 3, 3, 2, 4];
/// Gribskov's young people.
const YOUNG_PEOPLE: i16 = 15;
/// The first day on which somebody could be registered, and on how many days after it.
const FIRST_DAY: Date = date(2017, 10, 9);
const DAYS: i16 = 780;
/// So often is a name drawn again that somebody has already.
const DRAWS: u32 = 100;

/// A citizen of the demo, with a whole plan.
#[derive(Debug)]
pub(super) struct Resident {
    /// The case, the same in every demo: what siblings share names their cases.
    pub(super) case: CaseId,
    /// Where.
    pub(super) municipality: Kommunekode,
    /// The unit that works with them.
    pub(super) unit: &'static str,
    /// The plan as it is today.
    pub(super) plan: Plan,
    /// What it is made of.
    pub(super) events: Vec<PlanEvent>,
}

/// Everybody, as of now: the same people whenever it is asked on the same day.
pub(super) fn everybody(now: Timestamp) -> anyhow::Result<Vec<Resident>> {
    let mut crowd = Crowd { now, names: BTreeSet::new(), families: Vec::new(), residents: Vec::new() };
    for known in well_known::WELL_KNOWN {
        crowd.names.insert(known.name.to_owned());
    }
    crowd.names.extend(FAMILY.map(str::to_owned));
    for (municipality, name) in THE_NINE {
        if name == PARENT.municipality {
            crowd.families(municipality)?;
            crowd.young_people(municipality)?;
        } else {
            let count = COUNTS.iter().find(|(of, _)| *of == name).map_or(0, |(_, count)| *count);
            crowd.adults(municipality, name, count)?;
        }
    }
    Ok(crowd.residents)
}

/// Who is there so far.
struct Crowd {
    now: Timestamp,
    names: BTreeSet<String>,
    /// The names of Gribskov's families.
    families: Vec<&'static str>,
    residents: Vec<Resident>,
}

/// Somebody to be drawn: what is not said here, chance says.
struct Sketch {
    municipality: Kommunekode,
    unit: &'static str,
    life: &'static Life,
    name: Option<&'static str>,
    gender: Gender,
    born: Date,
    registered: Date,
    protected: bool,
    address: String,
    note: Narrative,
}

impl Crowd {
    /// Each has dice of their own, so that one life more or less changes nobody else's.
    fn dice(&self) -> Dice {
        Dice::seeded(SEED + self.residents.len() as u64 * 1_000_003)
    }

    /// Names have others, so that nobody is called otherwise next year because their life has another length.
    fn dice_for_names(&self) -> Dice {
        Dice::seeded(!SEED - self.residents.len() as u64 * 1_000_003)
    }

    fn today(&self) -> Date {
        danish_day(self.now)
    }

    fn adults(&mut self, municipality: Kommunekode, name: &str, count: u16) -> anyhow::Result<()> {
        for nth in 0..count {
            let mut dice = self.dice();
            let known =
                well_known::WELL_KNOWN.into_iter().find(|known| nth == 0 && known.municipality == name);
            let (unit, lives) = if nth % 2 == 0 { (WORK_UNIT, WORKERS) } else { (FAMILY_UNIT, ADULTS) };
            let mut sketch = Sketch {
                municipality,
                unit,
                life: dice.one(lives, &lives[0]),
                name: known.map(|known| known.name),
                gender: if known.is_some() { Gender::Female } else { names::gender(&mut dice) },
                born: birthday(&mut dice, 1956..=1994)?,
                registered: in_the_trial(&mut dice)?,
                protected: known.is_none() && dice.once_in(40),
                address: names::address(name, &mut dice),
                note: Narrative::default(),
            };
            if sketch.name == Some(GATHERED.name) {
                // She has a daughter of fourteen.
                (sketch.life, sketch.born) = (&lives::SICK_LISTED, date(1974, 3, 11));
            } else if sketch.name == Some(ENDED.name) {
                // With a life that leaned on exemptions.
                sketch.life = &lives::SICK_LISTED;
            } else if sketch.name == Some(PROTECTED.name) || sketch.name == Some(MOVED.name) {
                (sketch.unit, sketch.life) = (FAMILY_UNIT, &ADULTS[0]);
                sketch.protected = sketch.name == Some(PROTECTED.name);
            }
            let is_gathered = sketch.name == Some(GATHERED.name);
            self.add(sketch, None, &mut dice)?;
            if let Some(resident) = self.residents.last_mut().filter(|_| is_gathered) {
                let yesterday = danish_day(self.now).checked_sub(1.day())?;
                said_twice::write(resident, self.now, yesterday, &mut dice)?;
            }
        }
        Ok(())
    }

    /// Families of two to four who each have a plan: one or two parents, the rest children.
    fn families(&mut self, municipality: Kommunekode) -> anyhow::Result<()> {
        for (nth, size) in (0_u16..).zip(FAMILIES) {
            let mut dice = self.dice();
            let family = if nth == 0 { FAMILY_NAME } else { self.new_family()? };
            let address = names::address(PARENT.municipality, &mut dice);
            let registered = in_the_trial(&mut dice)?;
            let parents = if size == 4 { 2 } else { 1 };
            let life = dice.one(PARENTS, &PARENTS[0]);
            let note = Narrative::parse(&format!(
                "Familien har {size} planer hos samme koordinerende sagsbehandler; de drøftes på samme netværksmøde."
            ))?;
            for member in 0..size {
                let mut dice = self.dice();
                let is_parent = member < parents;
                let known = [PARENT.name, FAMILY[0], FAMILY[1], FAMILY[2]];
                let year = self.today().year();
                let gender = if nth > 0 {
                    names::gender(&mut dice)
                } else if member % 2 == 0 {
                    Gender::Female
                } else {
                    Gender::Male
                };
                let sketch = Sketch {
                    municipality,
                    unit: FAMILY_UNIT,
                    life: if is_parent { life } else { dice.one(CHILDREN, &CHILDREN[0]) },
                    name: known.get(usize::from(member)).copied().filter(|_| nth == 0),
                    gender,
                    born: birthday(&mut dice, if is_parent { 1974..=1990 } else { year - 16..=year - 8 })?,
                    registered: if is_parent { registered } else { self.lately(&mut dice)? },
                    protected: false,
                    address: address.clone(),
                    note: note.clone(),
                };
                self.add(sketch, Some(&family), &mut dice)?;
            }
            self.relate(usize::from(size), usize::from(parents), nth == 0)?;
        }
        Ok(())
    }

    /// Says of the last so many what they are to each other.
    fn relate(&mut self, size: usize, parents: usize, shares: bool) -> anyhow::Result<()> {
        let (yesterday, mut dice) = (self.today().checked_sub(1.day())?, self.dice_for_names());
        let family = self.residents.len() - size..;
        kin::relate(&mut self.residents[family], parents, shares, self.now, yesterday, &mut dice)
    }

    /// Young people from 15 to 30 today. Who was too young for the trial came after it.
    fn young_people(&mut self, municipality: Kommunekode) -> anyhow::Result<()> {
        for nth in 0..YOUNG_PEOPLE {
            let mut dice = self.dice();
            let is_known = nth == 0;
            let gender = if is_known { Gender::Male } else { names::gender(&mut dice) };
            let year = self.today().year() - 16 - nth;
            let born = if is_known {
                self.today().checked_sub(17.years().months(5))?
            } else {
                birthday(&mut dice, year..=year)?
            };
            let is_of_age = born.checked_add(18.years())? <= self.today();
            let in_trial = in_the_trial(&mut dice)?;
            let was_fifteen = born.checked_add(15.years())? <= in_trial;
            let sketch = Sketch {
                municipality,
                unit: if is_known { FAMILY_UNIT } else { WORK_UNIT },
                life: if is_of_age { dice.one(YOUNG, &YOUNG[0]) } else { &lives::SEVENTEEN },
                name: is_known.then_some(SEVENTEEN.name),
                gender,
                born,
                registered: if was_fifteen { in_trial } else { self.lately(&mut dice)? },
                protected: false,
                address: names::address(SEVENTEEN.municipality, &mut dice),
                note: Narrative::default(),
            };
            self.add(sketch, None, &mut dice)?;
        }
        Ok(())
    }

    fn add(&mut self, sketch: Sketch, family: Option<&Family>, dice: &mut Dice) -> anyhow::Result<()> {
        let nth = u16::try_from(self.residents.len())?;
        let mut citizen = Citizen::new(numbers::replacement(sketch.born, sketch.gender, nth)?)
            .living_at(Narrative::parse(&sketch.address)?);
        let name = match sketch.name {
            Some(name) => name.to_owned(),
            None => self.new_name(sketch.gender, family)?,
        };
        citizen.name = Narrative::parse(&name)?;
        let person = Person {
            citizen,
            municipality: sketch.municipality,
            caseworker: caseworker_of(sketch.unit).parse()?,
            registered: sketch.registered,
            life: sketch.life,
            whole: sketch.name.is_some(),
            ends_with_the_trial: sketch.name == Some(ENDED.name),
            aside: Dice::seeded(SEED / 3 + u64::from(nth) * 1_000_003),
            protected: sketch.protected,
            note: sketch.note,
        };
        let adopted = exemptions::of(sketch.municipality)?;
        let (plan, events) = tell(person, adopted, self.now, dice)?;
        let (municipality, unit) = (sketch.municipality, sketch.unit);
        let case = CaseId::from(Dice::seeded(SEED / 2 + u64::from(nth) * 1_000_003).id());
        self.residents.push(Resident { case, municipality, unit, plan, events });
        Ok(())
    }

    /// A name that nobody has yet.
    fn new_name(&mut self, gender: Gender, family: Option<&Family>) -> anyhow::Result<String> {
        let mut dice = self.dice_for_names();
        for _ in 0..DRAWS {
            let name = match family {
                Some(family) => names::name_in(family, gender, &mut dice),
                None => names::name_in(&names::family(&mut dice), gender, &mut dice),
            };
            if self.names.insert(name.clone()) {
                return Ok(name);
            }
        }
        bail!("there are not enough names for everybody")
    }

    /// A name that no other family has.
    fn new_family(&mut self) -> anyhow::Result<Family> {
        let mut dice = self.dice_for_names();
        for _ in 0..DRAWS {
            let family = names::family(&mut dice);
            if !self.families.contains(&family.name) {
                self.families.push(family.name);
                return Ok(family);
            }
        }
        bail!("there are not enough families' names")
    }

    /// A working day within the last year or so.
    fn lately(&self, dice: &mut Dice) -> anyhow::Result<Date> {
        pen::working_day(self.today(), -dice.number(90..=500))
    }
}

fn in_the_trial(dice: &mut Dice) -> anyhow::Result<Date> {
    pen::working_day(FIRST_DAY, dice.number(0..=DAYS))
}

fn birthday(dice: &mut Dice, years: std::ops::RangeInclusive<i16>) -> anyhow::Result<Date> {
    let (year, month, day) = (dice.number(years), dice.number(1..=12), dice.number(1..=28));
    Ok(Date::new(year, i8::try_from(month)?, i8::try_from(day)?)?)
}

#[cfg(test)]
mod tests;
