//! Making the network: the same commands, in the same order, as nine municipalities and their authority would run.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use enplan_domain::municipality::THE_NINE;
use enplan_domain::{Clock, Kommunekode};
use futures::future::try_join_all;

use super::people::Resident;
use super::place::{Place, Remembered, RememberedNode};
use super::ports::Ports;
use super::seed::{self, Registered};
use super::{exemptions, people, staff};
use crate::arguments::{AuthorityCreate, AuthoritySign, FederationCreate, FederationSign, IdentityCreate};
use crate::commands::account::{self, Account};
use crate::commands::{authority, federation, identity};
use crate::config::Config;
use crate::files::{self, Readers};
use crate::password;

/// The federation's name.
const FEDERATION: &str = "enplan-demo";
const AUTHORITY_FOLDER: &str = "authority";
const FOUNDING_FOLDER: &str = "federation";
const FEDERATION_FILE: &str = "federation.json";
const PASSWORD_FILE: &str = "password";
/// A demo network lives on a developer's machine and is begun anew at will.
const AUTHORITY_DAYS: u32 = 3650;
const NODE_DAYS: u32 = 3640;

/// Letters and digits that nobody mistakes for each other.
const PASSWORD_LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const PASSWORD_GROUPS: usize = 4;
const PASSWORD_GROUP_LETTERS: usize = 5;

/// One node of the network: where everything of it is.
#[derive(Debug, Clone)]
pub(super) struct DemoNode {
    /// Whose.
    pub(super) municipality: Kommunekode,
    /// The municipality's name.
    pub(super) name: &'static str,
    /// The name in ASCII lower case: its folder's and its profile's.
    pub(super) profile: String,
    /// Where it listens.
    pub(super) ports: Ports,
    /// Its folder.
    pub(super) folder: PathBuf,
}

impl DemoNode {
    /// The node's configuration.
    pub(super) fn config(&self) -> PathBuf {
        self.folder.join("enplan.toml")
    }

    /// The node's data directory.
    pub(super) fn data_dir(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The node's log.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("node.log")
    }

    /// The authority's certificate.
    pub(super) fn authority(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// The URL for users.
    pub(super) fn url(&self) -> String {
        format!("https://{}", self.ports.api_address())
    }
}

/// The nine, with these places.
pub(super) fn nodes(place: &Place, network: &Remembered) -> Vec<DemoNode> {
    let node = |node: &RememberedNode| {
        let name = node.municipality.name().unwrap_or("another");
        let profile = ascii(name);
        DemoNode {
            municipality: node.municipality,
            name,
            folder: place.folder().join(&profile),
            profile,
            ports: node.ports,
        }
    };
    network.nodes.iter().map(node).collect()
}

/// The file with the password of every demo user.
pub(super) fn password_file(place: &Place) -> PathBuf {
    place.folder().join(PASSWORD_FILE)
}

/// A municipality's name in ASCII lower case.
fn ascii(name: &str) -> String {
    name.to_lowercase().replace('ø', "oe").replace('æ', "ae").replace('å', "aa")
}

/// Makes the whole network with its citizens, up to where its nodes can be started. It is remembered when they serve.
pub(super) async fn create(
    place: &Place,
    ports: &[Ports],
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<(Remembered, Vec<Registered>)> {
    // Drawn while the keys are made: nobody needs them before there are vaults.
    let now = clock.now();
    let residents = tokio::task::spawn_blocking(move || people::everybody(now));
    let places = THE_NINE.iter().zip(ports);
    let network = Remembered {
        nodes: places
            .map(|((municipality, _), ports)| RememberedNode { municipality: *municipality, ports: *ports })
            .collect(),
    };
    let nodes = nodes(place, &network);
    let (authority_dir, founding_dir) =
        (place.folder().join(AUTHORITY_FOLDER), place.folder().join(FOUNDING_FOLDER));
    let authority =
        AuthorityCreate { federation: FEDERATION.into(), dir: authority_dir.clone(), days: AUTHORITY_DAYS };
    let authority_certificate = authority::create(&authority, &**clock)?;
    let founding =
        federation::create(&FederationCreate { name: FEDERATION.into(), dir: founding_dir.clone() })?;

    let mut members = Vec::new();
    for node in &nodes {
        let identity = identity::create(&IdentityCreate {
            municipality: node.municipality,
            peer_address: node.ports.peer_address().to_string(),
            dir: node.folder.clone(),
        })?;
        let sign = AuthoritySign {
            dir: authority_dir.clone(),
            request: identity.request,
            municipality: node.municipality,
            out: node.folder.join("certificate.pem"),
            dns: vec!["localhost".into()],
            ip: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
            days: NODE_DAYS,
        };
        authority::sign(&sign, &**clock)?;
        members.push(identity.member);
    }
    let federation_file = founding_dir.join(FEDERATION_FILE);
    federation::sign(&FederationSign { dir: founding_dir, members, out: federation_file.clone() })?;

    // Every municipality has copies of its own, as it would on a machine of its own.
    for node in &nodes {
        copy(&authority_certificate, &node.authority())?;
        copy(&federation_file, &node.folder.join(FEDERATION_FILE))?;
        copy(&founding.public_key, &node.folder.join("founding-key.pub"))?;
        files::write_new(&node.config(), configuration(node)?.as_bytes(), Readers::Everyone)?;
    }
    let residents = residents.await?.context("the demo's citizens could not be made")?;
    let registered = fill_vaults(place, &nodes, &residents, clock).await?;
    Ok((network, registered))
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::copy(from, to)
        .with_context(|| format!("{} could not be copied to {}", from.display(), to.display()))?;
    Ok(())
}

/// Staff and citizens into every vault. One password for everybody in the network, in a file for its owner alone.
async fn fill_vaults(
    place: &Place,
    nodes: &[DemoNode],
    residents: &[Resident],
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Vec<Registered>> {
    let password = random_password()?;
    let mut accounts = Vec::new();
    for staff in staff::STAFF {
        accounts.push(Account {
            username: staff.username.parse()?,
            display_name: staff.display_name.into(),
            roles: vec![staff.role],
            unit: staff.unit.parse()?,
        });
    }
    // Hashed once: the same for all, as the password is.
    let hash = password::hash(&password)?;
    let registered = try_join_all(nodes.iter().map(async |node| {
        let config = Config::load(&node.config())?;
        let vault = account::open(&config, clock).await?;
        account::put_into(&vault, node.municipality, &accounts, &hash).await?;
        let registered = seed::register(&vault, node.municipality, residents, clock).await;
        vault.close().await;
        registered.with_context(|| format!("the test citizens of {} could not be registered", node.name))
    }))
    .await?;
    files::write_new(&password_file(place), format!("{password}\n").as_bytes(), Readers::Owner)?;
    Ok(registered.into_iter().flatten().collect())
}

/// A hundred random bits, in groups that can be typed.
fn random_password() -> anyhow::Result<String> {
    let mut bytes = [0; PASSWORD_GROUPS * PASSWORD_GROUP_LETTERS];
    aws_lc_rs::rand::fill(&mut bytes).context("the system gave no random bytes")?;
    let letter = |byte: &u8| char::from(PASSWORD_LETTERS[usize::from(*byte) % PASSWORD_LETTERS.len()]);
    let groups =
        bytes.chunks(PASSWORD_GROUP_LETTERS).map(|group| group.iter().map(letter).collect::<String>());
    Ok(groups.collect::<Vec<_>>().join("-"))
}

fn configuration(node: &DemoNode) -> anyhow::Result<String> {
    let (name, municipality, ports) = (node.name, node.municipality, node.ports);
    let adopted = exemptions::of(municipality)?;
    Ok(format!(
        r#"# A node of a demo network, with test data only.
municipality = "{municipality}"
federation = "{FEDERATION}"
data_dir = "data"
contact = "TESTDATA {name} Kommune, {unit}"

[listen]
api = "{api}"
peer = "{peer}"

[tls]
certificate = "certificate.pem"
key = "node-key.pem"
authority = "authority.pem"

[keys]
signing = "signing-key.der"
key_encryption = "key-encryption-key"

[registry]
members = "{FEDERATION_FILE}"
founding_key = "founding-key.pub"
# All nine are on one machine: a dead leader is noticed sooner than it would be across the country.
heartbeat_ms = 250
election_ms = 750

[sessions]
lifetime_minutes = 480

{exemptions}"#,
        unit = staff::FAMILY_UNIT,
        exemptions = exemptions::section(&adopted),
        api = ports.api_address(),
        peer = ports.peer_address(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::demo::ports::Reserved;

    #[tokio::test]
    async fn every_node_of_a_new_network_has_a_configuration_that_can_be_used_its_staff_and_its_citizens() {
        enplan_transport::install_crypto_provider();
        let parent = tempfile::tempdir().unwrap();
        let place = Place::open(&parent.path().join("network"), false).unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::exact());
        let reserved = Reserved::find(None, 9).unwrap();
        let (network, registered) = create(&place, &reserved.ports, &clock).await.unwrap();
        // Not before it has been up: what was begun and not finished is begun anew.
        assert_eq!(place.remembered().unwrap(), None);

        let password = fs::read_to_string(password_file(&place)).unwrap();
        let nodes = nodes(&place, &network);
        assert_eq!(nodes.len(), 9);
        assert_eq!(registered.len(), 240);
        let mut found = 0;
        for node in nodes {
            let config = Config::load(&node.config()).unwrap();
            config.check(&node.config(), &clock).unwrap();
            assert_eq!(config.data_dir, node.data_dir());
            assert_eq!(config.adopted, exemptions::of(node.municipality).unwrap());
            let vault = enplan_vault::Vault::open(enplan_vault::VaultOptions {
                dir: config.vault_dir(),
                municipality: config.municipality,
                key_encryption_key: config.key_encryption_key().unwrap(),
                clock: clock.clone(),
            })
            .await
            .unwrap();
            let account = vault.account("teamleder").await.unwrap().unwrap();
            assert_eq!(account.roles, ["team-lead"]);
            assert!(password::verify(password.trim_end(), &account.password_hash));
            for citizen in &registered {
                let Some(stored) = vault.case_for_protocol(citizen.case).await.unwrap() else { continue };
                let plan = stored.plan().unwrap();
                assert_eq!(
                    (plan.citizen.name.reveal(), plan.municipality),
                    (&*citizen.name, node.municipality)
                );
                assert_eq!(stored.row.caseworker, Some(plan.caseworker.to_string()));
                found += 1;
            }
            vault.close().await;
        }
        assert_eq!(found, 240);
    }

    #[test]
    fn a_profile_is_the_municipalitys_name_in_ascii() {
        assert_eq!(ascii("Hillerød"), "hilleroed");
        assert_eq!(ascii("Halsnæs"), "halsnaes");
        assert!(THE_NINE.iter().all(|(_, name)| ascii(name).bytes().all(|b| b.is_ascii_lowercase())));
    }

    #[test]
    fn a_password_is_long_enough_and_never_the_same() {
        let (first, second) = (random_password().unwrap(), random_password().unwrap());
        assert_eq!(first.len(), 23);
        assert_ne!(first, second);
    }
}
