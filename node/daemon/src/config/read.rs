//! From the file's text to a [`Config`]: every key by name, every value parsed.

use std::path::{Path, PathBuf};

use enplan_domain::catalogue::{Adopted, Adoption, EXEMPTIONS};
use toml::de::DeTable;
use tracing_subscriber::EnvFilter;

use super::problems::ConfigProblems;
use super::section::Section;
use super::target_groups;
use super::{Config, Keys, Listen, Log, LogFormat, Registry, Sessions, Tls};

/// A path that begins with this is the name of one of systemd's credentials.
const CREDENTIAL: &str = "credential:";

/// The registry's engine tells more than an operator can use.
const DEFAULT_FILTER: &str = "info,openraft=warn";

/// What a path in the file is relative to.
struct Folders<'a> {
    configuration: PathBuf,
    credentials: Option<&'a Path>,
}

impl Folders<'_> {
    fn resolve(&self, text: &str) -> Result<PathBuf, String> {
        let Some(name) = text.strip_prefix(CREDENTIAL) else {
            return match text {
                "" => Err("expected a path".into()),
                path => Ok(self.configuration.join(path)),
            };
        };
        if name.is_empty() || name.contains('/') || name.starts_with('.') {
            return Err(format!(
                "{name:?} is no credential's name: give the one after LoadCredential= in the unit"
            ));
        }
        let folder = self.credentials.ok_or(
            "there is no $CREDENTIALS_DIRECTORY: start the node by its systemd unit, or give a path",
        )?;
        Ok(folder.join(name))
    }
}

impl Config {
    /// The configuration in this text, which stands in this file.
    pub(super) fn parse(text: &str, file: &Path, credentials: Option<&Path>) -> Result<Self, ConfigProblems> {
        let mut problems = ConfigProblems::none(file);
        let table = match DeTable::parse(text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
                return Err(ConfigProblems::one(file, format!("line {line}: {}", error.message())));
            }
        };
        let folders = Folders { configuration: folder_of(file), credentials };
        let config = read(Section::whole(text, table), &folders, &mut problems);
        problems.or(config)
    }
}

/// Absolute where it can be, so that a node that changes its folder still finds its files.
fn folder_of(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

fn read(mut whole: Section<'_>, folders: &Folders<'_>, problems: &mut ConfigProblems) -> Option<Config> {
    let path = |text: &str| folders.resolve(text);
    let municipality = whole.required("municipality", "its code, such as \"0270\"", problems, parsed);
    let federation = whole.required("federation", "the federation's name", problems, filled);
    let data_dir = whole.required("data_dir", "the folder for the node's databases", problems, path);
    let contact = whole.required("contact", "whom receivers of a handover may call", problems, filled);
    let listen = listen(&mut whole, problems);
    let tls = tls(&mut whole, folders, problems);
    let keys = keys(&mut whole, folders, problems);
    let registry = registry(&mut whole, folders, problems);

    let mut section = whole.section("sessions", problems);
    let sessions = Sessions { lifetime_minutes: section.number("lifetime_minutes", 1..=1440, 60, problems) };
    section.finish(problems);
    let adopted = exemptions(&mut whole, problems);
    let mut section = whole.section("target_groups", problems);
    let own_groups = section.optional("file", problems, path);
    section.finish(problems);
    let adopted = match &own_groups {
        Some(file) => target_groups::read(adopted, file, problems),
        None => adopted,
    };
    let log = log(&mut whole, problems);
    whole.finish(problems);

    Some(Config {
        municipality: municipality?,
        federation: federation?,
        data_dir: data_dir?,
        contact: contact?,
        listen: listen?,
        tls: tls?,
        keys: keys?,
        registry: registry?,
        sessions,
        adopted,
        target_groups: own_groups,
        log,
    })
}

fn listen(whole: &mut Section<'_>, problems: &mut ConfigProblems) -> Option<Listen> {
    let mut section = whole.section("listen", problems);
    let address = |text: &str| {
        text.parse().map_err(|_| "expected an address and a port, such as \"127.0.0.1:7400\"".to_owned())
    };
    let api = section.required("api", "the address for users, such as \"0.0.0.0:7400\"", problems, address);
    let peer =
        section.required("peer", "the address for other nodes, such as \"0.0.0.0:7500\"", problems, address);
    section.finish(problems);
    Some(Listen { api: api?, peer: peer? })
}

fn tls(whole: &mut Section<'_>, folders: &Folders<'_>, problems: &mut ConfigProblems) -> Option<Tls> {
    let path = |text: &str| folders.resolve(text);
    let mut section = whole.section("tls", problems);
    let certificate =
        section.required("certificate", "the certificate that the authority signed", problems, path);
    let key = section.required("key", "the certificate's private key", problems, path);
    let authority = section.required("authority", "the authority's certificate", problems, path);
    let revocations = section.optional("revocations", problems, path);
    section.finish(problems);
    Some(Tls { certificate: certificate?, key: key?, authority: authority?, revocations })
}

fn keys(whole: &mut Section<'_>, folders: &Folders<'_>, problems: &mut ConfigProblems) -> Option<Keys> {
    let path = |text: &str| folders.resolve(text);
    let mut section = whole.section("keys", problems);
    let signing = section.required("signing", "the node's signing key", problems, path);
    let key_encryption = section.required("key_encryption", "the key that seals all others", problems, path);
    section.finish(problems);
    Some(Keys { signing: signing?, key_encryption: key_encryption? })
}

fn registry(
    whole: &mut Section<'_>,
    folders: &Folders<'_>,
    problems: &mut ConfigProblems,
) -> Option<Registry> {
    let path = |text: &str| folders.resolve(text);
    let mut section = whole.section("registry", problems);
    let members = section.required("members", "the signed list of founders, federation.json", problems, path);
    let founding_key =
        section.required("founding_key", "the public key that list is signed with", problems, path);
    let heartbeat_ms = section.number("heartbeat_ms", 50..=5_000, 500, problems);
    let election_ms = section.number("election_ms", 150..=30_000, 1_500, problems);
    section.finish(problems);
    if election_ms < heartbeat_ms * 2 {
        problems.add(format!(
            "`election_ms` in [registry] is {election_ms}, less than two heartbeats of {heartbeat_ms}: raise it to about three"
        ));
    }
    Some(Registry { members: members?, founding_key: founding_key?, heartbeat_ms, election_ms })
}

fn exemptions(whole: &mut Section<'_>, problems: &mut ConfigProblems) -> Adopted {
    let mut section = whole.section("exemptions", problems);
    let adopted = EXEMPTIONS.iter().filter_map(|exemption| {
        section.optional(exemption.id, problems, |days| {
            let days = parsed(days)?;
            Adoption::new(exemption.id, days).map_err(|error| error.to_string())
        })
    });
    let adopted = adopted.collect();
    section.finish(problems);
    adopted
}

fn log(whole: &mut Section<'_>, problems: &mut ConfigProblems) -> Log {
    let mut section = whole.section("log", problems);
    let format = section.optional("format", problems, |text| match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("expected \"text\" or \"json\"".into()),
    });
    let filter = section.optional("filter", problems, |text| match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => {
            Err(format!("{error}: expected for example \"info\" or \"info,enplan_registry=debug\""))
        }
    });
    section.finish(problems);
    // A value that is wrong has been told: then there is no configuration, whatever stands here.
    Log { format: format.unwrap_or(LogFormat::Text), filter: filter.unwrap_or_else(|| DEFAULT_FILTER.into()) }
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn filled(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("expected some text".into()),
        text => Ok(text.to_owned()),
    }
}
