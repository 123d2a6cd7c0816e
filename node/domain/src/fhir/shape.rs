//! An item as a resource, as well as FHIR's own elements can say it. What they cannot say, [`super::own`] tells.

use serde_json::{Map, Value, json};

use super::bundle::Entry;
use super::resource::{self, Profiles, read_back};
use super::{own, terms, words};
use crate::Narrative;
use crate::plan::{Aspect, Code, Item, ItemKey, ItemKind, Link, LinkRole, Status, When};

/// The resource, without subject and meta: of its own type where an importer would read that as an item, or else of type
/// Basic.
pub(super) fn readable(item: &Item) -> Entry {
    let entry = shaped(item);
    if read_back(&entry, &Profiles::none()).is_some() { entry } else { basic(item) }
}

fn shaped(item: &Item) -> Entry {
    let mut shape = Shape { item, body: Map::new() };
    let resource_type = item.key.resource_type();
    match resource_type {
        "Goal" => shape.goal(),
        "CarePlan" => shape.care_plan(),
        "CareTeam" => shape.care_team(),
        "ServiceRequest" => shape.service_request(),
        "Condition" => shape.condition(),
        "Observation" => shape.observation(),
        "ClinicalImpression" => shape.clinical_impression(),
        "Encounter" => shape.encounter(),
        "Communication" => shape.communication(),
        _ => return basic(item),
    }
    shape.extensions();
    entry(resource_type, item, shape.body)
}

/// The resource of something that FHIR has no type for.
fn basic(item: &Item) -> Entry {
    let mut shape = Shape { item, body: Map::new() };
    shape.put("code", Some(own::kind_code(item)));
    shape.put("created", day(item.recorded));
    entry("Basic", item, shape.body)
}

fn entry(resource_type: &str, item: &Item, body: Map<String, Value>) -> Entry {
    Entry { full_url: None, resource_type: resource_type.to_owned(), id: item.key.id().to_owned(), body }
}

struct Shape<'i> {
    item: &'i Item,
    body: Map<String, Value>,
}

impl Shape<'_> {
    fn goal(&mut self) {
        self.put_word("lifecycleStatus", words::status(self.item, "Goal"));
        self.put("category", Self::concepts(self.item.codes.iter(), words::goal_category(self.item.kind)));
        let described = self.detail(Aspect::Description);
        let description = concept(&described, &self.item.text);
        self.put("description", Some(description.unwrap_or_else(|| coded(terms::SNOMED, terms::GOAL))));
        let targets = self.item.details.iter().filter_map(|detail| {
            let measure = match detail.aspect {
                Aspect::GoalType => terms::GOAL_TYPE,
                Aspect::TargetLevel => terms::FUNCTIONING,
                _ => return None,
            };
            let detail = concept(&[&detail.code], &Narrative::default())?;
            Some(json!({ "measure": coded(terms::CARE_SOCIAL, measure), "detailCodeableConcept": detail }))
        });
        self.put("target", list(targets.collect()));
        self.put("startDate", day(self.item.starts));
        self.put("statusDate", day(self.item.recorded));
        self.put("addresses", self.references(LinkRole::Addresses));
        self.put("outcomeCode", words_alone(&self.item.outcome).map(|outcome| json!([outcome])));
    }

    fn care_plan(&mut self) {
        let is_intervention = self.item.kind == ItemKind::Intervention;
        self.put_word("status", words::status(self.item, "CarePlan"));
        self.put_word("intent", words::intent(self.item, &words::PLAN_INTENTS));
        if !is_intervention {
            self.put("category", Self::concepts(self.item.codes.iter(), words::pathway(self.item)));
        }
        self.put("description", text(&self.item.text));
        self.put("period", self.period());
        self.put("created", instant(self.item.recorded));
        self.put("basedOn", self.references_to(LinkRole::BasedOn, "CarePlan"));
        self.put("careTeam", self.references(LinkRole::ProvidedBy));
        self.put("addresses", self.references(LinkRole::Addresses));
        self.put("goal", self.references(LinkRole::Serves));
        let mut activity = Map::new();
        if let Some(outcome) = self.references(LinkRole::Outcome) {
            activity.insert("outcomeReference".to_owned(), outcome);
        }
        if is_intervention {
            let mut detail = Map::new();
            let codes: Vec<_> = self.item.codes.iter().collect();
            detail.extend(concept(&codes, &Narrative::default()).map(|code| ("code".to_owned(), code)));
            detail.insert("status".to_owned(), json!(words::activity_status(self.item)));
            activity.insert("detail".to_owned(), Value::Object(detail));
        }
        self.put("activity", (!activity.is_empty()).then(|| json!([activity])));
    }

    fn care_team(&mut self) {
        if self.item.status != Status::Unknown {
            self.put_word("status", words::status(self.item, "CareTeam"));
        }
        self.put("category", Self::concepts(self.item.codes.iter(), None));
        self.put("name", text(&self.item.text));
        self.put("period", self.period());
    }

    fn service_request(&mut self) {
        self.put_word("status", words::status(self.item, "ServiceRequest"));
        self.put_word("intent", words::intent(self.item, &words::REQUEST_INTENTS));
        self.put("category", Self::concepts(self.item.codes.iter(), None));
        self.put("code", words_alone(&self.item.text));
        self.put("authoredOn", instant(self.item.recorded));
    }

    fn condition(&mut self) {
        if let Some(clinical) = words::clinical_status(self.item) {
            self.put("clinicalStatus", Some(clinical));
        }
        let verification = self.detail(Aspect::Verification);
        self.put(
            "verificationStatus",
            match concept(&verification, &Narrative::default()) {
                _ if self.item.status == Status::Withdrawn => {
                    Some(coded(terms::VERIFICATION, "entered-in-error"))
                }
                verified => verified,
            },
        );
        let codes: Vec<_> = self.item.codes.iter().collect();
        self.put("code", concept(&codes, &self.item.text));
        self.put("severity", concept(&self.detail(Aspect::Severity), &Narrative::default()));
        self.put("onsetDateTime", instant(self.item.starts));
        if self.item.status == Status::Ended {
            self.put("abatementDateTime", instant(self.item.ends));
        }
        self.put("recordedDate", instant(self.item.recorded));
    }

    fn observation(&mut self) {
        self.put_word("status", words::status(self.item, "Observation"));
        let codes: Vec<_> = self.item.codes.iter().collect();
        let code = concept(&codes, &Narrative::default());
        self.put("code", code.or_else(|| Some(words::observed(self.item.kind))));
        self.put("focus", self.references(LinkRole::Focus));
        self.put("effectiveDateTime", instant(self.item.recorded));
        self.put("valueCodeableConcept", concept(&self.detail(Aspect::Value), &self.item.text));
    }

    fn clinical_impression(&mut self) {
        self.put_word("status", words::status(self.item, "ClinicalImpression"));
        let codes: Vec<_> = self.item.codes.iter().collect();
        self.put("code", concept(&codes, &Narrative::default()));
        self.put("effectiveDateTime", instant(self.item.starts));
        self.put("date", instant(self.item.recorded));
        self.put("summary", text(&self.item.text));
        let linked = self.links(LinkRole::Finding).map(|link| json!({ "itemReference": reference(link) }));
        let coded_findings = self.detail(Aspect::Value);
        let coded_findings = coded_findings.iter().filter_map(|code| {
            Some(json!({ "itemCodeableConcept": concept(&[code], &Narrative::default())? }))
        });
        self.put("finding", list(linked.chain(coded_findings).collect()));
        if let Some(concluded) = self.references(LinkRole::Outcome) {
            let code = coded(terms::CARE_SOCIAL, terms::SUPPORT_NEED);
            self.put("investigation", Some(json!([{ "code": code, "item": concluded }])));
        }
    }

    fn encounter(&mut self) {
        self.put_word("status", words::status(self.item, "Encounter"));
        let class = self.detail(Aspect::ContactClass).into_iter().find_map(coding);
        self.put("class", Some(class.unwrap_or_else(|| json!({ "system": terms::ACT_CODE, "code": "HH" }))));
        self.put("type", Self::concepts(self.item.codes.iter(), Some(terms::FOLLOW_UP)));
        self.put("reasonCode", words_alone(&self.item.text).map(|reason| json!([reason])));
        self.put("period", self.period());
    }

    fn communication(&mut self) {
        self.put_word("status", words::status(self.item, "Communication"));
        self.put("sent", instant(self.item.recorded));
        self.put("payload", text(&self.item.text).map(|text| json!([{ "contentString": text }])));
    }

    /// The guides' extensions, of whichever type.
    fn extensions(&mut self) {
        let mut extensions = Vec::new();
        let speaks_ffb = self.item.codes.iter().any(|code| code.system == terms::FFB);
        let (case_number, followed_up) = if speaks_ffb {
            (terms::ffb(terms::CASE_NUMBER), terms::ffb(terms::FOLLOW_UP_DATE))
        } else {
            (terms::core(terms::CORE_CASE_NUMBER), terms::core(terms::FOLLOW_UP_ENCOUNTER))
        };
        if let Some(number) = text(&self.item.case_number) {
            let identifier = json!({ "use": "usual", "value": number });
            let number = json!({ "url": "municipalitySpecific", "valueIdentifier": identifier });
            extensions.push(json!({ "url": case_number, "extension": [number] }));
        }
        if let Some(asserted) = instant(self.item.last_asserted) {
            extensions.push(json!({ "url": terms::core(terms::LAST_ASSERTED), "valueDateTime": asserted }));
        }
        for link in &self.item.links {
            let target = link.target.resource_type();
            let extension = match (link.role, self.item.key.resource_type()) {
                (LinkRole::FollowedUpBy, _) => {
                    json!({ "url": followed_up, "valueReference": reference(link) })
                }
                (LinkRole::BasedOn, _) if target == "ServiceRequest" => {
                    let url = terms::core(terms::BASED_ON_REQUEST);
                    json!({ "url": url, "valueReference": reference(link) })
                }
                (LinkRole::BasedOn, "Goal") if target == "Goal" => json!({
                    "url": terms::GOAL_RELATIONSHIP,
                    "extension": [
                        { "url": "type", "valueCodeableConcept": { "text": terms::PART_OF_GOAL } },
                        { "url": "target", "valueReference": reference(link) },
                    ],
                }),
                _ => continue,
            };
            extensions.push(extension);
        }
        self.put("extension", list(extensions));
    }

    fn put(&mut self, name: &str, value: Option<Value>) {
        self.body.extend(value.map(|value| (name.to_owned(), value)));
    }

    fn put_word(&mut self, name: &str, word: &str) {
        self.put(name, Some(json!(word)));
    }

    fn detail(&self, aspect: Aspect) -> Vec<&Code> {
        self.item.detail(aspect).collect()
    }

    /// Each code as a concept of its own, or else the one that its kind implies, in `CareSocialCodes`.
    fn concepts<'c>(codes: impl Iterator<Item = &'c Code>, implied: Option<&str>) -> Option<Value> {
        let concepts: Vec<_> = codes.filter_map(|code| concept(&[code], &Narrative::default())).collect();
        list(concepts).or_else(|| Some(json!([coded(terms::CARE_SOCIAL, implied?)])))
    }

    fn links(&self, role: LinkRole) -> impl Iterator<Item = &Link> {
        self.item.links.iter().filter(move |link| link.role == role)
    }

    fn references(&self, role: LinkRole) -> Option<Value> {
        list(self.links(role).map(ranked).collect())
    }

    fn references_to(&self, role: LinkRole, resource_type: &str) -> Option<Value> {
        let links = self.links(role).filter(|link| link.target.resource_type() == resource_type);
        list(links.map(ranked).collect())
    }

    /// Its days, in their order: a period that ends before it begins is none of FHIR's.
    fn period(&self) -> Option<Value> {
        let (starts, ends) = (self.item.starts, self.item.ends);
        let in_order = starts.is_none_or(|starts| ends.is_none_or(|ends| starts.day() <= ends.day()));
        let mut period = Map::new();
        period.extend(instant(starts).map(|start| ("start".to_owned(), start)));
        period.extend(instant(ends.filter(|_| in_order)).map(|end| ("end".to_owned(), end)));
        (!period.is_empty()).then_some(Value::Object(period))
    }
}

/// A `CodeableConcept` of these codes and words; nothing where there are none.
fn concept(codes: &[&Code], words: &Narrative) -> Option<Value> {
    let mut concept = Map::new();
    let codings = list(codes.iter().copied().filter_map(coding).collect());
    concept.extend(codings.map(|codings| ("coding".to_owned(), codings)));
    concept.extend(text(words).map(|words| ("text".to_owned(), words)));
    (!concept.is_empty()).then_some(Value::Object(concept))
}

fn words_alone(words: &Narrative) -> Option<Value> {
    concept(&[], words)
}

/// A `CodeableConcept` of one code that FHIR or a guide asks for here.
pub(super) fn coded(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

/// A `Coding`, where the code and its system have FHIR's form.
pub(super) fn coding(code: &Code) -> Option<Value> {
    let well_formed = !code.code.is_empty()
        && code.code.split(' ').all(|part| !part.is_empty())
        && !code.code.chars().any(|c| c.is_whitespace() && c != ' ')
        && !code.system.chars().any(char::is_whitespace);
    let mut coding = Map::new();
    if !code.system.is_empty() {
        coding.insert("system".to_owned(), json!(code.system));
    }
    coding.insert("code".to_owned(), json!(code.code));
    if let Some(display) = code.display.as_deref().filter(|display| !display.trim().is_empty()) {
        coding.insert("display".to_owned(), json!(display));
    }
    well_formed.then_some(Value::Object(coding))
}

/// A reference to what a link names.
fn reference(link: &Link) -> Value {
    json!({ "reference": address(&link.target) })
}

/// A reference to what a link names, with its rank among several.
fn ranked(link: &Link) -> Value {
    let mut reference = Map::new();
    if let Some(rank) = link.rank.filter(|rank| (1..=i32::MAX.unsigned_abs()).contains(rank)) {
        let rank = json!({ "url": terms::core(terms::CONDITION_RANK), "valuePositiveInt": rank });
        reference.insert("extension".to_owned(), json!([rank]));
    }
    reference.insert("reference".to_owned(), json!(address(&link.target)));
    Value::Object(reference)
}

/// Where a resource goes in a bundle.
pub(super) fn address(key: &ItemKey) -> String {
    let resource_type = key.resource_type();
    let known = resource::is_read(resource_type);
    format!("{}/{}", if known { resource_type } else { "Basic" }, key.id())
}

fn text(words: &Narrative) -> Option<Value> {
    (!words.is_empty()).then(|| json!(words.reveal()))
}

fn list(values: Vec<Value>) -> Option<Value> {
    (!values.is_empty()).then_some(Value::Array(values))
}

fn instant(when: Option<When>) -> Option<Value> {
    when.map(|when| json!(when))
}

/// A whole day, for the elements that hold nothing finer.
fn day(when: Option<When>) -> Option<Value> {
    when.filter(|when| matches!(when, When::Day(_))).map(|when| json!(when))
}
