//! Founding a federation: its key, and the first list of its members.

use std::path::{Path, PathBuf};

use enplan_registry::{Founding, FoundingError, Member, NotAKey, SignedFounding, SigningKey};

use super::identity::MemberDescription;
use crate::arguments::{FederationCreate, FederationSign, FederationVerify};
use crate::config::{self, MaterialError};
use crate::files::{self, FileError, Readers};

/// A federation could not be founded, or its list of founders not be checked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FederationError {
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The founding key.
    #[error(transparent)]
    Key(#[from] NotAKey),
    /// A key or a list that was read.
    #[error(transparent)]
    Material(#[from] MaterialError),
    /// The list.
    #[error(transparent)]
    Founding(#[from] FoundingError),
    /// A member's description is none.
    #[error("{} is no description of a member: give the member.json that identity create made", .0.display())]
    Member(PathBuf, #[source] serde_json::Error),
    /// The list as JSON.
    #[error("the list of founders could not be written as JSON")]
    Json(#[source] serde_json::Error),
}

/// Where the founding key lies in its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundingFiles {
    /// The private key: needed once.
    pub(crate) key: PathBuf,
    /// The public key: for every node.
    pub(crate) public_key: PathBuf,
    /// The federation's name.
    name: PathBuf,
}

impl FoundingFiles {
    /// Those in this folder.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            key: folder.join("founding-key.der"),
            public_key: folder.join("founding-key.pub"),
            name: folder.join("federation-name"),
        }
    }
}

/// Makes a founding key in a folder, which it makes too.
pub(crate) fn create(arguments: &FederationCreate) -> Result<FoundingFiles, FederationError> {
    let files = FoundingFiles::in_folder(&arguments.dir);
    let key = SigningKey::generate()?;
    files::make_folder(&arguments.dir)?;
    files::write_new(&files.key, &key.to_pkcs8()?, Readers::Owner)?;
    files::write_new(&files.public_key, format!("{}\n", key.public()).as_bytes(), Readers::Everyone)?;
    files::write_new(&files.name, format!("{}\n", arguments.name).as_bytes(), Readers::Everyone)?;
    Ok(files)
}

/// Signs the list of founders, in the order given, and writes it to a file that was not there.
pub(crate) fn sign(arguments: &FederationSign) -> Result<Founding, FederationError> {
    let files = FoundingFiles::in_folder(&arguments.dir);
    let key = config::signing_key(&files.key)?;
    let name = files::read_text(&files.name)?;
    let members = (1..).zip(&arguments.members).map(|(raft_id, path)| member(raft_id, path));
    let founding = Founding::new(name.trim(), members.collect::<Result<_, _>>()?)?;
    let signed = SignedFounding::sign(founding.clone(), &key)?;
    let mut text = serde_json::to_string_pretty(&signed).map_err(FederationError::Json)?;
    text.push('\n');
    files::write_new(&arguments.out, text.as_bytes(), Readers::Everyone)?;
    Ok(founding)
}

fn member(raft_id: u64, path: &Path) -> Result<Member, FederationError> {
    let text = files::read_text(path)?;
    let described: MemberDescription =
        serde_json::from_str(&text).map_err(|error| FederationError::Member(path.to_owned(), error))?;
    let MemberDescription { municipality, key, address, name: _ } = described;
    Ok(Member { municipality, raft_id, key, address })
}

/// The founders, if the list is signed with this key.
pub(crate) fn verify(arguments: &FederationVerify) -> Result<Founding, FederationError> {
    Ok(config::founding(&arguments.federation, &arguments.founding_key)?)
}

/// The founders as a table.
pub(crate) fn table(founding: &Founding) -> String {
    let mut text = format!("{} has {} founders:\n", founding.federation(), founding.members().len());
    for member in founding.members() {
        let name = member.municipality.name().unwrap_or_default();
        let line = format!(
            "  {}  {}  {name:<13}  {}  {}\n",
            member.raft_id, member.municipality, member.address, member.key
        );
        text.push_str(&line);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::arguments::IdentityCreate;
    use crate::commands::identity;

    #[test]
    fn a_list_is_signed_in_the_order_given_and_verified_with_the_public_key() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let members = [("0219", "hilleroed:7500"), ("0270", "gribskov:7500")].map(|(code, address)| {
            let dir = at(code);
            let municipality = code.parse().unwrap();
            identity::create(&IdentityCreate { municipality, peer_address: address.into(), dir })
                .unwrap()
                .member
        });
        let key = create(&FederationCreate { name: "nord".into(), dir: at("founding") }).unwrap();
        let sign =
            FederationSign { dir: at("founding"), members: members.to_vec(), out: at("federation.json") };
        let signed = super::sign(&sign).unwrap();
        let verified =
            verify(&FederationVerify { federation: at("federation.json"), founding_key: key.public_key })
                .unwrap();
        assert_eq!(verified, signed);
        let places: Vec<_> =
            verified.members().iter().map(|m| (m.raft_id, m.municipality.to_string())).collect();
        assert_eq!(places, [(1, "0219".to_owned()), (2, "0270".to_owned())]);
        assert!(table(&verified).contains("Hillerød"));
    }

    #[test]
    fn a_file_that_describes_no_member_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("founding");
        create(&FederationCreate { name: "nord".into(), dir: dir.clone() }).unwrap();
        let path = folder.path().join("member.json");
        fs::write(&path, "{}").unwrap();
        let sign = FederationSign { dir, members: vec![path.clone()], out: folder.path().join("out") };
        let error = super::sign(&sign).unwrap_err();
        assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
        assert!(!folder.path().join("out").exists());
    }
}
