//! What the authority writes into a certificate, and what it refuses to.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use enplan_domain::Clock;
use enplan_transport::authority::{Authority, AuthorityError, KEY_FILE, NodeKey, Validity};
use enplan_transport::{FileError, PeerIdentity};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, SanType,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::extensions::GeneralName;

use crate::support::{Federation, LOCALHOST, chain_of, code, mode_of};

#[test]
fn a_request_with_forged_names_gets_only_the_names_that_the_authority_writes() {
    let federation = Federation::new();
    let key = KeyPair::generate().unwrap();
    let mut forged = CertificateParams::new(["m0219.enplan.internal".to_owned()]).unwrap();
    forged.distinguished_name.push(DnType::CommonName, "m0219.enplan.internal");
    forged.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let other = "spiffe://test.example/municipality/0219".try_into().unwrap();
    forged.subject_alt_names.push(SanType::URI(other));
    let request = forged.serialize_request(&key).unwrap().pem().unwrap();

    let valid = Validity::days(federation.clock.now(), 30);
    let extra = ["Plan.Gribskov.DK".to_owned()];
    let pem = federation.authority.sign(&request, code("0270"), &extra, &[LOCALHOST.ip()], valid).unwrap();

    let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).unwrap();
    assert_eq!(certificate.subject().to_string(), "CN=m0270.enplan.internal");
    let names = certificate.subject_alternative_name().unwrap().unwrap().value.general_names.clone();
    assert_eq!(
        names,
        [
            GeneralName::URI("spiffe://test.example/municipality/0270"),
            GeneralName::DNSName("m0270.enplan.internal"),
            GeneralName::DNSName("plan.gribskov.dk"),
            GeneralName::IPAddress(&[127, 0, 0, 1]),
        ]
    );
    assert!(!certificate.is_ca());
    let purposes = certificate.extended_key_usage().unwrap().unwrap().value;
    assert!(purposes.server_auth && purposes.client_auth && !purposes.any);
    assert_eq!(PeerIdentity::of_certificate(&der).unwrap().municipality, code("0270"));
}

#[test]
fn a_request_that_was_not_signed_with_its_own_key_is_refused() {
    let federation = Federation::new();
    let request = NodeKey::generate().unwrap().request_pem().unwrap();
    // The signature ends the request: another letter shortly before the end is another signature.
    let end = request.find("\n-----END").unwrap() - 8;
    let other = if &request[end..=end] == "A" { "B" } else { "A" };
    let forged = format!("{}{other}{}", &request[..end], &request[end + 1..]);

    let sign = |request: &str| {
        let valid = Validity::days(federation.clock.now(), 30);
        federation.authority.sign(request, code("0270"), &[], &[], valid)
    };
    assert!(sign(&request).is_ok());
    assert!(matches!(sign(&forged), Err(AuthorityError::Request { .. })));
    assert!(matches!(sign("no request at all"), Err(AuthorityError::Request { .. })));
}

#[test]
fn a_key_of_another_kind_than_nodes_have_is_refused() {
    let federation = Federation::new();
    let valid = Validity::days(federation.clock.now(), 30);
    for kind in [&PKCS_ED25519, &PKCS_ECDSA_P384_SHA384] {
        let key = KeyPair::generate_for(kind).unwrap();
        let request = CertificateParams::default().serialize_request(&key).unwrap().pem().unwrap();
        let refused = federation.authority.sign(&request, code("0270"), &[], &[], valid);
        assert!(matches!(refused, Err(AuthorityError::RequestKey)), "{refused:?}");
    }
}

#[test]
fn an_extra_name_cannot_be_another_nodes_name_or_a_wildcard() {
    let federation = Federation::new();
    let request = NodeKey::generate().unwrap().request_pem().unwrap();
    let valid = Validity::days(federation.clock.now(), 30);
    for name in [
        "m0219.enplan.internal",
        "M0219.ENPLAN.INTERNAL",
        "enplan.internal",
        "m0219.enplan.internal.",
        "*.dk",
        "",
        "å.dk",
    ] {
        let refused = federation.authority.sign(&request, code("0270"), &[name.to_owned()], &[], valid);
        assert!(matches!(refused, Err(AuthorityError::ExtraName { .. })), "{name}: {refused:?}");
    }
}

#[test]
fn no_certificate_outlives_its_authority_or_is_never_valid() {
    let federation = Federation::new();
    let request = NodeKey::generate().unwrap().request_pem().unwrap();
    let now = federation.clock.now();
    let backwards = Validity { not_before: now, not_after: now };
    for valid in [Validity::days(now, 366), Validity::days(now, u32::MAX), backwards] {
        let refused = federation.authority.sign(&request, code("0270"), &[], &[], valid);
        assert!(matches!(refused, Err(AuthorityError::Validity)), "{refused:?}");
    }
    let to_the_last_second = federation.authority.validity();
    assert!(federation.authority.sign(&request, code("0270"), &[], &[], to_the_last_second).is_ok());
}

#[test]
fn a_federation_has_a_name_that_fits_into_an_identity() {
    let now = Federation::new().clock.now();
    for name in ["", "Nord", "nord/municipality", "nord example", &"n".repeat(256)] {
        assert!(matches!(Authority::create(name, 1, now), Err(AuthorityError::FederationName)), "{name}");
    }
}

#[test]
fn a_saved_authority_has_a_private_key_file_signs_again_and_is_never_overwritten() {
    let federation = Federation::new();
    let folder = federation.folder.path();
    federation.authority.save(folder).unwrap();
    assert_eq!(mode_of(&folder.join(KEY_FILE)), 0o600);

    let loaded = Authority::load(folder).unwrap();
    assert_eq!(loaded.federation(), "test.example");
    assert_eq!(loaded.validity(), federation.authority.validity());
    let request = NodeKey::generate().unwrap().request_pem().unwrap();
    let valid = Validity::days(federation.clock.now(), 30);
    assert!(loaded.sign(&request, code("0270"), &[], &[], valid).is_ok());

    let before = fs::read(folder.join(KEY_FILE)).unwrap();
    let again = Authority::create("test.example", 1, federation.clock.now()).unwrap().save(folder);
    assert!(matches!(again, Err(AuthorityError::File(FileError::Exists { .. }))), "{again:?}");
    assert_eq!(fs::read(folder.join(KEY_FILE)).unwrap(), before);
}

#[test]
fn a_key_that_others_may_read_is_refused() {
    let federation = Federation::new();
    let folder = federation.folder.path();
    federation.authority.save(folder).unwrap();
    NodeKey::generate().unwrap().save(&folder.join("node-key.pem")).unwrap();
    assert_eq!(mode_of(&folder.join("node-key.pem")), 0o600);
    for file in [KEY_FILE, "node-key.pem"] {
        fs::set_permissions(folder.join(file), fs::Permissions::from_mode(0o640)).unwrap();
    }
    for refused in [Authority::load(folder).err(), NodeKey::load(&folder.join("node-key.pem")).err()] {
        assert!(matches!(refused, Some(AuthorityError::File(FileError::NotPrivate { .. }))), "{refused:?}");
    }
}

#[test]
fn an_authority_is_not_put_together_from_parts_that_do_not_belong_together() {
    let (one, other) = (Federation::new(), Federation::new());
    let mixed = Authority::from_pem(one.authority.certificate_pem(), &other.authority.key_pem());
    assert!(matches!(mixed, Err(AuthorityError::KeyMismatch)), "{mixed:?}");

    let files = one.files("0270");
    let (certificate, key) =
        (fs::read_to_string(files.certificate).unwrap(), fs::read_to_string(files.key).unwrap());
    let node = Authority::from_pem(&certificate, &key);
    assert!(matches!(node, Err(AuthorityError::NotAnAuthority)), "{node:?}");
}

#[test]
fn only_certificates_of_the_authority_itself_can_be_revoked() {
    let (one, other) = (Federation::new(), Federation::new());
    let valid = Validity::days(one.clock.now(), 7);
    let foreign = fs::read_to_string(other.files("0270").certificate).unwrap();
    let refused = one.authority.revocation_list(&[foreign], valid);
    assert!(matches!(refused, Err(AuthorityError::NotIssuedHere)), "{refused:?}");
}

#[test]
fn keys_are_masked_in_what_is_logged() {
    let federation = Federation::new();
    let secret = federation.authority.key_pem();
    let line = secret.lines().nth(1).unwrap();
    let shown = format!("{:?} {:?}", federation.authority, NodeKey::generate().unwrap());
    assert!(!shown.contains(line) && !shown.contains("PRIVATE"), "{shown}");

    let half = secret.replace("-----END", "");
    let broken = Authority::from_pem(federation.authority.certificate_pem(), &half).unwrap_err();
    assert!(!format!("{broken:?} {}", chain_of(&broken)).contains(line));
}
