//! Comparing a bundle with a plan.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::bundle::{Bundle, Entry};
use super::citizen::{Patient, read_patient};
use super::element::Reading;
use super::profile::{self, Broken};
use super::refusal::BundleRefusal;
use super::report::{ImportReport, Moved, NotUnderstood, Reason, Remark};
use super::resource::read_item;
use super::stated::{self, Organisation};
use crate::plan::{
    Citizen, CloseReason, Confirmed, Item, ItemKey, LinkRole, Plan, PlanEvent, Provenance, Source, Status,
};
use crate::statements::Statement;
use crate::{Context, Cpr, Kommunekode, Narrative};

/// How far ahead of this node's clock a report's may be.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_hours(24);

/// What a bundle does to a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// What happens, in order; nothing where the plan knew it all.
    pub events: Vec<PlanEvent>,
    /// What came of it, for the person who started it.
    pub report: ImportReport,
    /// What it says of others and of who acts, for a person to decide about.
    pub statements: Vec<Statement>,
}

/// Takes a bundle into a plan, or begins one with it: then the importing user is its coordinating caseworker until
/// another is named.
///
/// # Errors
/// [`BundleRefusal`]; then nothing has happened.
pub fn import(plan: Option<&Plan>, bundle: &Bundle, context: &Context) -> Result<Import, BundleRefusal> {
    if let Some(plan) = plan {
        plan.check_open(context, false)?;
    }
    if let Some(ahead) = bundle.timestamp.map(|at| at.duration_since(context.now))
        && ahead > CLOCKS_DIFFER
    {
        return Err(BundleRefusal::FromTheFuture);
    }
    let names = Names::of(plan, bundle);
    let mut not_understood = bundle.not_understood.clone();
    let patient = find_patient(plan, bundle, &names, context.municipality, &mut not_understood)?;
    if plan.is_none() && patient.as_ref().is_some_and(|patient| patient.deceased) {
        return Err(BundleRefusal::Deceased);
    }
    let provenance = Provenance {
        source: Source::Report {
            bundle: bundle.id.clone(),
            organisation: patient.as_ref().and_then(|patient| patient.organisation.clone()),
        },
        as_of: bundle.timestamp.unwrap_or(context.now),
        municipality: context.municipality,
    };
    let mut citizens = plan.map(|plan| plan.citizen.known_as.clone()).unwrap_or_default();
    citizens.extend(patient.as_ref().and_then(|patient| patient.key.clone()));
    let read = Reader { names: &names, citizens: &citizens, provenance: &provenance, context };
    let Content { items, statements } = read.content(bundle, &mut not_understood);
    let mut comparison = Comparison::new(bundle, not_understood);
    let taken: BTreeSet<_> = items.keys().chain(statements.keys()).collect();
    comparison.report.broken_rules = broken_rules(bundle, &taken);
    for (item, _) in items.into_values() {
        comparison.add(plan.and_then(|plan| plan.items.get(&item.key)), item, context);
    }
    let statements = statements.into_values().map(|(statement, _)| statement).collect();
    Ok(comparison.finish(plan, patient, statements, context))
}

impl Bundle {
    /// What names its Patient, where it has one.
    pub fn patient(&self) -> Option<ItemKey> {
        self.entries.iter().find(|entry| entry.resource_type == "Patient")?.key()
    }

    /// Whom the bundle is about: the number of its one Patient.
    ///
    /// # Errors
    /// [`BundleRefusal`], where it has no Patient, several, or one without a number.
    pub fn citizen(&self) -> Result<Cpr, BundleRefusal> {
        let anywhere = crate::municipality::THE_NINE[0].0;
        let patient = find_patient(None, self, &Names::of(None, self), anywhere, &mut Vec::new())?;
        patient.map(|patient| patient.cpr).ok_or(BundleRefusal::NoPatient)
    }
}

/// What references can resolve to.
struct Names {
    full_urls: HashMap<String, ItemKey>,
    known: HashSet<ItemKey>,
    organisations: HashMap<ItemKey, Organisation>,
}

impl Names {
    fn of(plan: Option<&Plan>, bundle: &Bundle) -> Self {
        let keys = bundle.entries.iter().filter_map(Entry::key);
        let mut known: HashSet<_> = keys.collect();
        if let Some(plan) = plan {
            known.extend(plan.items.keys().chain(&plan.citizen.known_as).cloned());
        }
        let named = |entry: &Entry| Some((entry.full_url.clone()?, entry.key()?));
        let full_urls = bundle.entries.iter().filter_map(named).collect();
        Self { full_urls, known, organisations: Organisation::all(&bundle.entries) }
    }

    fn reading(&self, entry: &Entry) -> Reading<'_> {
        Reading::new(&entry.resource_type, &entry.id, &self.full_urls, &self.known, &self.organisations)
    }
}

/// The one Patient. A bundle without any is taken where the plan knows from earlier reports whom it speaks of.
fn find_patient(
    plan: Option<&Plan>,
    bundle: &Bundle,
    names: &Names,
    here: Kommunekode,
    not_understood: &mut Vec<NotUnderstood>,
) -> Result<Option<Patient>, BundleRefusal> {
    let mut patients = bundle.entries.iter().filter(|entry| entry.resource_type == "Patient");
    let Some(entry) = patients.next() else {
        let known = plan.is_some_and(|plan| !plan.citizen.known_as.is_empty());
        return if known { Ok(None) } else { Err(BundleRefusal::NoPatient) };
    };
    if patients.next().is_some() {
        return Err(BundleRefusal::SeveralPatients);
    }
    let reading = names.reading(entry);
    let patient = read_patient(entry, &reading, bundle.restricted, here)?;
    not_understood.extend(reading.into_notes());
    if plan.is_some_and(|plan| !plan.citizen.has_number(&patient.cpr)) {
        return Err(BundleRefusal::OtherCitizen);
    }
    Ok(Some(patient))
}

/// What reading a resource must know beside it.
struct Reader<'r> {
    names: &'r Names,
    citizens: &'r BTreeSet<ItemKey>,
    provenance: &'r Provenance,
    context: &'r Context,
}

/// What a bundle holds, each with the version that its resource says it is.
#[derive(Default)]
struct Content {
    items: BTreeMap<ItemKey, (Item, u64)>,
    statements: BTreeMap<ItemKey, (Statement, u64)>,
}

impl Reader<'_> {
    /// Everything in a bundle. Where the same thing is there in several versions, the latest.
    fn content(&self, bundle: &Bundle, not_understood: &mut Vec<NotUnderstood>) -> Content {
        let mut content = Content::default();
        for entry in bundle.entries.iter().filter(|entry| entry.resource_type != "Patient") {
            let reading = self.names.reading(entry);
            let version = entry.version();
            if entry.resource_type == "Organization" {
                stated::note_organisation(entry, &bundle.entries, &reading);
            } else if stated::is_statement(&entry.resource_type) {
                let read = stated::read(entry, self.citizens, self.provenance, &reading);
                if let Some(mut statement) = read {
                    self.believe_time(entry, &reading, &mut statement.provenance);
                    keep(&mut content.statements, (statement, version), entry, &reading);
                }
            } else if let Some(mut item) = read_item(entry, self.citizens, self.provenance, &reading) {
                self.believe_time(entry, &reading, &mut item.provenance);
                if let Some(said) = reading.take_said() {
                    let (key, provenance) = (item.key.clone(), item.provenance.clone());
                    let is_over =
                        matches!(item.status, Status::Withdrawn | Status::Ended | Status::Cancelled);
                    let statement = Statement { key, provenance, is_over, said };
                    // Of a resource in several versions, what is listed is listed with its item.
                    let silent = self.names.reading(entry);
                    keep(&mut content.statements, (statement, version), entry, &silent);
                }
                keep(&mut content.items, (item, version), entry, &reading);
            }
            not_understood.extend(reading.into_notes());
        }
        content
    }

    /// What is dated in the future would never be overwritten again.
    fn believe_time(&self, entry: &Entry, reading: &Reading<'_>, provenance: &mut Provenance) {
        if provenance.as_of.duration_since(self.context.now) > CLOCKS_DIFFER {
            reading.note(&format!("{}.meta.lastUpdated", entry.resource_type), Reason::FromTheFuture);
            provenance.as_of = self.provenance.as_of;
        }
    }
}

/// What of a bundle is kept by key.
trait Kept {
    fn key(&self) -> &ItemKey;
    fn as_of(&self) -> Timestamp;
    fn says_the_same(&self, other: &Self) -> bool;
}

impl Kept for Item {
    fn key(&self) -> &ItemKey {
        &self.key
    }

    fn as_of(&self) -> Timestamp {
        self.provenance.as_of
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.says_the_same_as(other)
    }
}

impl Kept for Statement {
    fn key(&self) -> &ItemKey {
        &self.key
    }

    fn as_of(&self) -> Timestamp {
        self.provenance.as_of
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.said == other.said && self.is_over == other.is_over
    }
}

/// Keeps the latest version, by time and then by version, and lists that there were others.
fn keep<T: Kept>(
    all: &mut BTreeMap<ItemKey, (T, u64)>,
    (read, version): (T, u64),
    entry: &Entry,
    reading: &Reading<'_>,
) {
    let first = all.get(read.key()).map(|(first, of_first)| {
        (first.says_the_same(&read), (first.as_of(), *of_first).cmp(&(read.as_of(), version)))
    });
    match first {
        Some((true, _)) => {}
        Some((false, Ordering::Equal)) => reading.note(&entry.resource_type, Reason::Repeated),
        Some((false, Ordering::Greater)) => reading.note(&entry.resource_type, Reason::OlderVersion),
        later => {
            if later.is_some() {
                reading.note(&entry.resource_type, Reason::OlderVersion);
            }
            all.insert(read.key().clone(), (read, version));
        }
    }
}

/// Which rules of the profiles that they claim the resources break that were taken in.
fn broken_rules(bundle: &Bundle, taken: &BTreeSet<&ItemKey>) -> Vec<(ItemKey, Broken)> {
    let bodies: HashMap<String, _> =
        bundle.entries.iter().filter_map(|entry| Some((entry.key()?.to_string(), &entry.body))).collect();
    let others = |reference: &str| bodies.get(reference).copied();
    let mut broken = Vec::new();
    for entry in &bundle.entries {
        let Some(key) = entry.key().filter(|key| taken.contains(key)) else { continue };
        for profile in entry.claims() {
            broken.extend(
                profile::broken(profile, &entry.body, &others).into_iter().map(|one| (key.clone(), one)),
            );
        }
    }
    broken.sort();
    broken.dedup();
    broken
}

/// The events and the report, as they grow item by item.
struct Comparison {
    recorded: Vec<Item>,
    confirmed: Vec<Confirmed>,
    report: ImportReport,
}

impl Comparison {
    fn new(bundle: &Bundle, not_understood: Vec<NotUnderstood>) -> Self {
        let report = ImportReport {
            bundle: bundle.id.clone(),
            timestamp: bundle.timestamp,
            added: Vec::new(),
            updated: Vec::new(),
            withdrawn: Vec::new(),
            unchanged: Vec::new(),
            kept_newer: Vec::new(),
            ended: Vec::new(),
            moved: Vec::new(),
            joined: Vec::new(),
            not_understood,
            broken_rules: Vec::new(),
            remarks: Vec::new(),
        };
        Self { recorded: Vec::new(), confirmed: Vec::new(), report }
    }

    fn add(&mut self, before: Option<&Item>, item: Item, context: &Context) {
        let Some(before) = before else {
            let list = if item.status == Status::Withdrawn {
                &mut self.report.withdrawn
            } else {
                &mut self.report.added
            };
            list.push(item.key.clone());
            self.recorded.push(item);
            return;
        };
        // A source owns its part of what somebody joined, and says nothing of the joining.
        let item = item.joined_as(before);
        // A file tells nothing of third persons, so it takes nothing of what the plan knows of them.
        let item = item.with_third_persons_of(before);
        let is_written_here = matches!(before.provenance.source, Source::Staff { .. });
        if before.says_the_same_as(&item) {
            self.report.unchanged.push(item.key.clone());
            // What somebody wrote here stays theirs to change, though a file has it too.
            if !is_written_here && before.provenance.as_of < item.provenance.as_of {
                self.confirmed.push(Confirmed { key: item.key, provenance: item.provenance });
            }
            return;
        }
        let is_older = item.provenance.as_of < before.provenance.as_of;
        if is_older || (is_written_here && item.provenance.as_of == before.provenance.as_of) {
            self.report.kept_newer.push(item.key);
            return;
        }
        self.compare(before, &item, context);
        self.recorded.push(item);
    }

    fn compare(&mut self, before: &Item, item: &Item, context: &Context) {
        let key = || item.key.clone();
        if item.status == Status::Withdrawn {
            self.report.withdrawn.push(key());
            return;
        }
        self.report.updated.push(key());
        if item.links_to(LinkRole::JoinedTo).next().is_some() {
            self.report.joined.push(key());
        }
        let is_over =
            |item: &Item| matches!(item.status_on(context.today()), Status::Ended | Status::Cancelled);
        if is_over(item) && !is_over(before) {
            self.report.ended.push(key());
        }
        let plans = |item: &Item| item.links_to(LinkRole::BasedOn).cloned().collect::<Vec<_>>();
        let (from, to) = (plans(before), plans(item));
        if from != to && !from.is_empty() {
            self.report.moved.push(Moved { item: key(), from, to });
        }
    }

    fn finish(
        mut self,
        plan: Option<&Plan>,
        patient: Option<Patient>,
        statements: Vec<Statement>,
        context: &Context,
    ) -> Import {
        let stamp = context.stamp();
        let mut events = Vec::new();
        let (mut new_key, mut died) = (None, false);
        match (plan, patient) {
            (None, Some(patient)) => {
                let mut citizen = Citizen::new(patient.cpr);
                citizen.name = patient.name;
                citizen.protected = patient.protected;
                citizen.known_as.extend(patient.known_as);
                citizen.known_as.extend(patient.key);
                let citizen = citizen.living_at(patient.address);
                self.report.remarks = patient.remarks;
                events.push(PlanEvent::CitizenRegistered {
                    stamp: stamp.clone(),
                    municipality: context.municipality,
                    citizen,
                    caseworker: context.actor.clone(),
                });
            }
            (Some(plan), Some(patient)) => {
                self.report.remarks = patient.remarks;
                // Absence is not an end: a report without the label doesn't end a protection.
                if patient.protected && !plan.citizen.protected {
                    events.push(PlanEvent::ProtectionChanged {
                        stamp: stamp.clone(),
                        protected: true,
                        told_by_report: true,
                    });
                }
                if plan.citizen.name.is_empty() && !patient.name.is_empty() {
                    events.push(PlanEvent::CitizenNamed { stamp: stamp.clone(), name: patient.name });
                } else if !patient.name.is_empty() && patient.name != plan.citizen.name {
                    self.report.remarks.push(Remark::NameDiffers);
                }
                let same_address = plan.citizen.lives_at(&patient.address);
                if plan.citizen.lives_at(&Narrative::default()) && !same_address && !plan.citizen.protected {
                    let address = patient.address;
                    events.push(PlanEvent::AddressChanged { stamp: stamp.clone(), address });
                } else if !patient.address.is_empty() && !same_address {
                    self.report.remarks.push(Remark::AddressDiffers);
                }
                died = patient.deceased;
                new_key = patient.key.filter(|key| !plan.citizen.known_as.contains(key));
            }
            (_, None) => {}
        }
        if new_key.is_some() || !self.recorded.is_empty() || !self.confirmed.is_empty() {
            let (recorded, confirmed) = (self.recorded, self.confirmed);
            let stamp = stamp.clone();
            events.push(PlanEvent::ReportImported { stamp, citizen: new_key, recorded, confirmed });
        }
        if died {
            let (reason, note) = (CloseReason::Died, Narrative::default());
            events.push(PlanEvent::Closed { stamp, reason, note });
        }
        Import { events, report: self.report, statements }
    }
}
