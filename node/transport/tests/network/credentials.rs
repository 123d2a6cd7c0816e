//! Which credentials are taken, and what is said of those that are not.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use enplan_domain::Clock;
use enplan_transport::authority::{NodeKey, Validity};
use enplan_transport::{
    CertificateRefusal, CredentialFiles, CredentialStore, Credentials, CredentialsError, FileError,
    IdentityError,
};

use crate::support::{DAY, Federation, chain_of, code};

fn load(federation: &Federation, files: &CredentialFiles) -> Result<Credentials, CredentialsError> {
    Credentials::load(files, federation.authority.federation(), &federation.clock())
}

fn refusal(federation: &Federation, files: &CredentialFiles) -> CertificateRefusal {
    match load(federation, files).unwrap_err() {
        CredentialsError::Refused { source, .. } => source,
        other => panic!("refused for another reason: {}", chain_of(&other)),
    }
}

#[test]
fn good_credentials_say_whose_they_are_and_until_when() {
    let federation = Federation::new();
    let credentials = load(&federation, &federation.files("0270")).unwrap();
    assert_eq!(credentials.identity().uri(), "spiffe://test.example/municipality/0270");
    assert_eq!(credentials.not_after().as_second(), federation.clock.now().as_second() + 30 * DAY);
    assert!(!format!("{credentials:?}").contains("PRIVATE"));
}

#[test]
fn a_clock_that_is_wrong_is_named_as_a_possible_cause() {
    let federation = Federation::new();
    let files = federation.files("0270");
    for (turn, expected) in [(-DAY, CertificateRefusal::NotYetValid), (32 * DAY, CertificateRefusal::Expired)]
    {
        federation.clock.turn(turn);
        assert_eq!(refusal(&federation, &files), expected);
        let text = chain_of(&load(&federation, &files).unwrap_err());
        assert!(text.contains("check this machine's clock"), "{text}");
    }
}

#[test]
fn credentials_that_peers_would_refuse_are_refused_at_home() {
    let (federation, other) = (Federation::new(), Federation::new());
    let files = federation.files("0270");

    let foreign = CredentialFiles { authority: other.files("0219").authority, ..files.clone() };
    assert_eq!(refusal(&federation, &foreign), CertificateRefusal::UnknownAuthority);

    let elsewhere = Credentials::load(&files, "other.example", &federation.clock()).unwrap_err();
    assert!(
        matches!(
            &elsewhere,
            CredentialsError::Refused {
                source: CertificateRefusal::Identity(IdentityError::OtherFederation { .. }),
                ..
            }
        ),
        "{elsewhere:?}"
    );

    let mixed = CredentialFiles { key: federation.files("0219").key, ..files.clone() };
    assert!(matches!(load(&federation, &mixed), Err(CredentialsError::KeyMismatch { .. })));

    // The authority's own certificate names no municipality, and is nobody's to show.
    let empty = CredentialFiles { certificate: files.key.clone(), ..files.clone() };
    assert!(matches!(load(&federation, &empty), Err(CredentialsError::Empty { .. })));

    let missing = CredentialFiles { certificate: federation.path("none.pem"), ..files.clone() };
    assert!(matches!(load(&federation, &missing), Err(CredentialsError::File(FileError::Unreadable { .. }))));

    fs::set_permissions(&files.key, fs::Permissions::from_mode(0o604)).unwrap();
    assert!(matches!(load(&federation, &files), Err(CredentialsError::File(FileError::NotPrivate { .. }))));
}

#[test]
fn a_list_of_revoked_certificates_must_be_the_authoritys_own_and_of_today() {
    let (federation, other) = (Federation::new(), Federation::new());
    let mut files = federation.files("0270");
    let list = federation.path("revoked.pem");
    files.revocations = Some(list.clone());
    let week = Validity::days(federation.clock.now(), 7);

    fs::write(&list, "").unwrap();
    assert!(matches!(load(&federation, &files), Err(CredentialsError::Empty { .. })));

    fs::write(&list, federation.authority.revocation_list(&[], week).unwrap()).unwrap();
    load(&federation, &files).unwrap();

    let own = fs::read_to_string(&files.certificate).unwrap();
    fs::write(&list, federation.authority.revocation_list(&[own], week).unwrap()).unwrap();
    assert_eq!(refusal(&federation, &files), CertificateRefusal::Revoked);

    fs::write(&list, other.authority.revocation_list(&[], week).unwrap()).unwrap();
    assert_eq!(refusal(&federation, &files), CertificateRefusal::RevocationsOfAnother);

    fs::write(&list, federation.authority.revocation_list(&[], week).unwrap()).unwrap();
    federation.clock.turn(8 * DAY);
    assert_eq!(refusal(&federation, &files), CertificateRefusal::RevocationsOutOfDate);
}

#[test]
fn a_reload_of_broken_files_keeps_the_old_credentials_and_says_why() {
    let federation = Federation::new();
    let files = federation.files("0270");
    let store = federation.open(files.clone());
    let before = store.newest();

    fs::write(&files.certificate, "half a certif").unwrap();
    let why = chain_of(&store.reload().unwrap_err());
    assert!(why.contains("0270.pem") && why.contains("certificate"), "{why}");
    assert!(std::sync::Arc::ptr_eq(&before, &store.newest()));

    let key = NodeKey::load(&files.key).unwrap();
    fs::write(&files.certificate, federation.certify(&key, "0219")).unwrap();
    let why = store.reload().unwrap_err();
    let expected = (code("0270"), code("0219"));
    assert!(
        matches!(why, CredentialsError::OtherMunicipality { expected: was, found } if (was, found) == expected),
        "{why:?}"
    );
    assert!(std::sync::Arc::ptr_eq(&before, &store.newest()));
}

#[test]
fn a_store_does_not_open_without_good_credentials() {
    let federation = Federation::new();
    let files = federation.files("0270");
    fs::remove_file(&files.authority).unwrap();
    let refused = CredentialStore::open(files, "test.example", federation.clock());
    assert!(matches!(refused, Err(CredentialsError::File(FileError::Unreadable { .. }))));
}
