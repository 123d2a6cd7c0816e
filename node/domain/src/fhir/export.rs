//! FHIR R4 out: a plan as a bundle that imports again to the same plan.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::bundle::Entry;
use super::own::{self, Told};
use super::profile;
use super::resource::{Profiles, read_back};
use super::{consents, shape, terms};
use crate::Kommunekode;
use crate::cpr::Form;
use crate::plan::{Address, Citizen, Item, ItemKey, ItemKind, Plan, Status};
use crate::statements::{Received, Said, StatedRole};

/// Where the resources of a bundle are said to lie. Nowhere: `.invalid` is nobody's (RFC 2606), and a bundle's own parts
/// need an address to find each other by.
const NOWHERE: &str = "https://enplan.invalid/";

/// The sector of what a report brought without saying whose it is.
const UNSORTED: &str = "unsorted";

/// What a bundle must know beside the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exporting {
    /// The bundle's id.
    pub bundle: uuid::Uuid,
    /// The Patient's id, where no source system has given the citizen one.
    pub citizen: uuid::Uuid,
    /// As of when.
    pub at: Timestamp,
}

/// A plan as a bundle of type collection: the citizen, everything in the plan, the consents that the citizen gave
/// themselves, who cooperates, and which municipality acts.
///
/// Each resource claims the profile of KL's whose rules it keeps, if any. What stays behind is the municipality's own: the
/// other legal bases, who wrote what, the history, former numbers, where the plan has been, and who a third person is; of
/// what was `received` and nobody has decided about, all. A protected citizen's resources are labelled as restricted, and
/// neither their address nor where their plan may go is in them.
pub fn export(plan: &Plan, received: &Received, exporting: &Exporting) -> Value {
    // Named one by one, so that a part that a plan gets later has to be thought of here.
    let Plan { citizen, municipality, items, caseworker: _, life: _, bases, arrivals: _, merged_into: _ } =
        plan;
    let named = citizen.known_as.iter().find(|key| key.resource_type() == "Patient");
    let id = named.map_or_else(|| exporting.citizen.to_string(), |key| key.id().to_owned());
    let subject = format!("Patient/{id}");
    let patient = patient(citizen, &id, *municipality);
    let tellable = plan.tellable_doers();
    let items: Vec<_> = items.values().map(|item| without_third_persons(item, &tellable)).collect();
    let who = who_acts(received, *municipality);
    let written: Vec<Written> = items.iter().map(|item| Written::of(item, &subject, &who)).collect();
    let goals =
        |reference: &str| written.iter().find(|one| one.address() == reference).map(|one| &one.entry.body);
    let claimed = written.iter().map(|one| one.resource(&goals, citizen.protected));
    let mut entries = vec![placed(&subject, &labelled(patient, citizen.protected))];
    entries.extend(claimed.zip(&written).map(|(resource, one)| placed(&one.address(), &resource)));
    // Where a protected citizen's plan may go is nobody's to read in a file.
    let told = bases.values().filter(|basis| !citizen.protected && consents::is_told(basis));
    entries.extend(told.map(|basis| {
        let address = format!("Consent/{}", basis.id());
        placed(&address, &consents::written(basis, &subject))
    }));
    let mut bundle = json!({
        "resourceType": "Bundle",
        "id": exporting.bundle.to_string(),
        "type": "collection",
        "timestamp": exporting.at,
        "entry": entries,
    });
    if citizen.protected {
        bundle["meta"] = json!({ "security": [restricted()] });
    }
    bundle
}

fn placed(address: &str, resource: &Map<String, Value>) -> Value {
    json!({ "fullUrl": format!("{NOWHERE}{address}"), "resource": resource })
}

fn restricted() -> Value {
    json!({ "system": terms::CONFIDENTIALITY, "code": "R" })
}

fn labelled(mut resource: Map<String, Value>, protected: bool) -> Map<String, Value> {
    if protected {
        let meta = resource.entry("meta").or_insert_with(|| json!({}));
        meta["security"] = json!([restricted()]);
    }
    resource
}

/// An item as it may leave: what others are to the citizen, and not who. That is another person's to have told; and the
/// cases of those who share it are this municipality's own.
fn without_third_persons(item: &Item, tellable: &BTreeSet<String>) -> Item {
    let mut item = item.clone();
    item.forget_third_persons();
    item.forget_doer_but(tellable);
    item.shared.clear();
    item
}

/// Who acts and who cooperates, by the plan granted and by the team that say so.
struct WhoActs<'r> {
    here: Kommunekode,
    said: BTreeMap<&'r ItemKey, &'r Said>,
}

fn who_acts(received: &Received, here: Kommunekode) -> WhoActs<'_> {
    let waiting = received.waiting().map(|one| one.statement);
    let informs = waiting.filter(|statement| !statement.said.must_be_decided() && !statement.is_over);
    WhoActs { here, said: informs.map(|statement| (&statement.key, &statement.said)).collect() }
}

impl WhoActs<'_> {
    /// Of a plan granted, which municipality acts; of a team, which organisations are in it. Whom to ask for there is theirs.
    fn added_to(&self, item: &Item, body: &mut Map<String, Value>) {
        if matches!(item.status, Status::Withdrawn | Status::Ended | Status::Cancelled) {
            return;
        }
        match (item.key.resource_type(), item.kind, self.said.get(&item.key)) {
            ("CarePlan", ItemKind::GrantedPlan, said) => {
                let acting = match said {
                    Some(Said::Acting { municipality }) => *municipality,
                    _ => self.here,
                };
                let coding = json!({ "system": terms::MUNICIPALITIES, "code": acting.to_string() });
                let url = terms::messaging(terms::ACTING_MUNICIPALITY);
                let extensions = body.entry("extension").or_insert_with(|| json!([]));
                let added = json!({ "url": url, "valueCoding": coding });
                extensions.as_array_mut().into_iter().for_each(|list| list.insert(0, added.clone()));
            }
            ("CareTeam", ItemKind::Provider, Some(Said::Cooperation { roles })) => {
                let roles: Vec<_> = roles.iter().map(participant).collect();
                body.insert("participant".to_owned(), json!(roles));
            }
            _ => {}
        }
    }
}

fn participant(part: &StatedRole) -> Value {
    let member = json!({ "type": "Organization", "display": part.organisation.reveal() });
    match part.role.as_ref().and_then(shape::coding) {
        Some(role) => json!({ "role": [{ "coding": [role] }], "member": member }),
        None => json!({ "member": member }),
    }
}

/// An item on its way out.
struct Written<'p> {
    item: &'p Item,
    entry: Entry,
}

impl<'p> Written<'p> {
    fn of(item: &'p Item, subject: &str, who: &WhoActs<'_>) -> Self {
        let mut entry = shape::readable(item);
        entry.body.insert("subject".to_owned(), json!({ "reference": subject }));
        who.added_to(item, &mut entry.body);
        Self { item, entry }
    }

    fn address(&self) -> String {
        format!("{}/{}", self.entry.resource_type, self.entry.id)
    }

    /// The resource under the first profile whose rules it keeps, with what its elements could not say.
    fn resource<'w>(
        &self,
        others: &impl Fn(&str) -> Option<&'w Map<String, Value>>,
        protected: bool,
    ) -> Map<String, Value> {
        let claims = profile::candidates(self.item.kind, &self.entry).into_iter().map(Some).chain([None]);
        let mut claims = claims.filter_map(|claim| {
            let resource = self.under(claim);
            let kept = claim.is_none_or(|claim| profile::broken(claim, &resource, others).is_empty());
            kept.then_some(resource)
        });
        labelled(claims.next().unwrap_or_default(), protected)
    }

    fn under(&self, claim: Option<profile::Profile>) -> Map<String, Value> {
        let profiles = Profiles(claim.map(profile::Profile::url).into_iter().collect());
        let mut alone = self.entry.clone();
        // An item names no citizen; its resource does.
        alone.body.remove("subject");
        let mut told = match read_back(&alone, &profiles) {
            Some(read) => own::untold(self.item, &read),
            None => Told::new(),
        };
        if self.item.sector.as_str() == UNSORTED {
            // Nothing in the elements says so either: told, it is known and not merely missing.
            told.insert("sector".to_owned(), json!(self.item.sector));
        }
        let mut resource = Map::new();
        resource.insert("resourceType".to_owned(), json!(self.entry.resource_type));
        resource.insert("id".to_owned(), json!(self.entry.id));
        let mut meta = json!({ "lastUpdated": self.item.provenance.as_of });
        if !profiles.0.is_empty() {
            meta["profile"] = json!(profiles.0);
        }
        resource.insert("meta".to_owned(), meta);
        resource.extend(self.entry.body.clone());
        if !told.is_empty() {
            let extensions = resource.entry("extension").or_insert_with(|| json!([]));
            extensions
                .as_array_mut()
                .into_iter()
                .for_each(|list| list.push(own::extension(own::ITEM, &told)));
        }
        resource
    }
}

fn patient(citizen: &Citizen, id: &str, municipality: Kommunekode) -> Map<String, Value> {
    let system = match citizen.cpr.form() {
        Form::Ordinary | Form::Replacement => terms::CPR.to_owned(),
        Form::NationalElectronic => format!("{}1", terms::ELECTRONIC_CPR),
        Form::RegionalElectronic => format!("{}3", terms::ELECTRONIC_CPR),
    };
    let mut patient = json!({
        "resourceType": "Patient",
        "id": id,
        "identifier": [{ "use": "official", "system": system, "value": citizen.cpr.reveal() }],
        "managingOrganization": {
            "identifier": { "system": terms::MUNICIPALITIES, "value": municipality.to_string() },
        },
    });
    if !citizen.name.is_empty() {
        patient["name"] = json!([{ "use": "official", "text": citizen.name.reveal() }]);
    }
    if let Address::Known(address) = citizen.address() {
        patient["address"] = json!([{ "use": "home", "text": address.reveal() }]);
    }
    let also = citizen.known_as.iter().map(ToString::to_string).filter(|key| *key != format!("Patient/{id}"));
    let also: Vec<_> =
        also.map(|key| json!({ "url": own::uri(own::KNOWN_AS), "valueString": key })).collect();
    if !also.is_empty() {
        patient["extension"] = Value::Array(also);
    }
    match patient {
        Value::Object(patient) => patient,
        _ => Map::new(),
    }
}
