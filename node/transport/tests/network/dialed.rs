//! Whom a dialer talks to, and whom it does not.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use enplan_domain::Clock;
use enplan_transport::authority::Validity;
use enplan_transport::{
    CertificateRefusal, CredentialFiles, DialError, Dialer, IdentityError, Limits, PeerListener,
    server_builder, user_channel,
};
use rcgen::ExtendedKeyUsagePurpose;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tonic::Status;

use crate::support::{
    DAY, Federation, LOCALHOST, Shown, chain_of, code, echo, say, serve_peers, serve_users,
};

/// Why nothing was sent.
fn refusal(status: &Status) -> CertificateRefusal {
    match DialError::behind(status) {
        Some(DialError::Refused { source, .. }) => source.clone(),
        other => panic!("failed for another reason: {status:?}, {other:?}"),
    }
}

/// A server that asks for no certificate and shows what it is given. Ends with whether one client believed it.
async fn impostor(federation: &Federation, shown: Shown) -> (SocketAddr, JoinHandle<bool>) {
    let mut config =
        ServerConfig::builder_with_details(Arc::new(default_provider()), federation.clock.clone())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(shown.chain, shown.key)
            .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let listener = TcpListener::bind(LOCALHOST).await.unwrap();
    let address = listener.local_addr().unwrap();
    let believed = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        TlsAcceptor::from(Arc::new(config)).accept(stream).await.is_ok()
    });
    (address, believed)
}

#[tokio::test]
async fn a_node_that_is_not_the_one_that_was_called_is_sent_nothing() {
    let federation = Federation::new();
    let dialer = federation.dialer("0219");
    let both = [ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let node = "spiffe://test.example/municipality/0270";
    let stranger = Federation::named("other.example");
    for (case, shown, expected) in [
        ("another node", Shown::of(&federation.files("0201")), CertificateRefusal::OtherName),
        ("another authority", Shown::of(&stranger.files("0270")), CertificateRefusal::UnknownAuthority),
        (
            "a namesake's authority",
            Shown::of(&Federation::new().files("0270")),
            CertificateRefusal::UnknownAuthority,
        ),
        (
            "right DNS name, another URI",
            federation.forge_node(&["spiffe://test.example/municipality/0217"]),
            IdentityError::OtherMunicipality { expected: code("0270"), found: code("0217") }.into(),
        ),
        (
            "another DNS name, right URI",
            federation.forge("m0217.enplan.internal", &[node], &both),
            CertificateRefusal::OtherName,
        ),
        ("no URI", federation.forge_node(&[]), IdentityError::Missing.into()),
        (
            "two URIs",
            federation.forge_node(&[node, "spiffe://test.example/municipality/0217"]),
            IdentityError::Several.into(),
        ),
        (
            "another federation",
            federation.forge_node(&["spiffe://other.example/municipality/0270"]),
            IdentityError::OtherFederation { expected: "test.example".into(), found: "other.example".into() }
                .into(),
        ),
    ] {
        let (address, believed) = impostor(&federation, shown).await;
        let failed = say(&dialer.peer(code("0270"), &address.to_string()), "secret").await.unwrap_err();
        assert_eq!(refusal(&failed), expected, "{case}");
        assert!(!believed.await.unwrap(), "{case}");
    }
}

#[tokio::test]
async fn an_impostor_with_everything_right_would_be_believed() {
    let federation = Federation::new();
    let right = federation.forge_node(&["spiffe://test.example/municipality/0270"]);
    let (address, believed) = impostor(&federation, right).await;
    let channel = federation.dialer("0219").peer(code("0270"), &address.to_string());
    // It never answers; that it was believed is the proof that the others were refused for their faults.
    say(&channel, "hello").await.unwrap_err();
    assert!(believed.await.unwrap());
}

#[tokio::test]
async fn a_server_whose_certificate_is_over_is_refused_with_a_word_about_the_clock() {
    let federation = Federation::new();
    let (address, _) = impostor(&federation, Shown::of(&federation.files("0270"))).await;
    let channel = federation.dialer("0219").peer(code("0270"), &address.to_string());
    federation.clock.turn(31 * DAY);
    let failed = say(&channel, "hello").await.unwrap_err();
    assert_eq!(refusal(&failed), CertificateRefusal::Expired);
    let text = chain_of(DialError::behind(&failed).unwrap());
    assert!(text.contains("check this machine's clock"), "{text}");
}

#[tokio::test]
async fn one_connection_is_kept_for_each_peer_and_a_new_address_gets_a_new_one() {
    let federation = Federation::new();
    let limits =
        Limits { max_connections: 1, handshake_timeout: Duration::from_millis(500), ..Limits::peers() };
    let first = serve_peers(federation.store("0219"), limits.clone()).await;
    let dialer = Dialer::new(federation.store("0270"), limits);
    for _ in 0..3 {
        say(&dialer.clone().peer(code("0219"), &first.to_string()), "again").await.unwrap();
    }
    let second = serve_peers(federation.store("0219"), Limits::peers()).await;
    say(&dialer.peer(code("0219"), &second.to_string()), "moved").await.unwrap();
}

#[tokio::test]
async fn a_node_whose_certificate_was_revoked_is_not_called_again_after_the_reload() {
    let federation = Federation::new();
    let address = serve_peers(federation.store("0219"), Limits::peers()).await.to_string();
    let list = federation.path("revoked.pem");
    let week = Validity::days(federation.clock.now(), 7);
    fs::write(&list, federation.authority.revocation_list(&[], week).unwrap()).unwrap();
    let store =
        federation.open(CredentialFiles { revocations: Some(list.clone()), ..federation.files("0270") });
    let dialer = Dialer::new(store.clone(), Limits::peers());
    say(&dialer.peer(code("0219"), &address), "hello").await.unwrap();

    let revoked = fs::read_to_string(federation.files("0219").certificate).unwrap();
    fs::write(&list, federation.authority.revocation_list(&[revoked], week).unwrap()).unwrap();
    store.reload().unwrap();
    let failed = say(&dialer.peer(code("0219"), &address), "hello").await.unwrap_err();
    assert_eq!(refusal(&failed), CertificateRefusal::Revoked);
}

#[tokio::test]
async fn a_lost_connection_is_made_again_at_the_next_request() {
    let federation = Federation::new();
    let (address, believed) =
        impostor(&federation, federation.forge_node(&["spiffe://test.example/municipality/0270"])).await;
    let channel = federation.dialer("0219").peer(code("0270"), &address.to_string());
    say(&channel, "cut off").await.unwrap_err();
    believed.await.unwrap();

    // The real node takes the address that the impostor has left.
    let listener = PeerListener::bind(address, federation.store("0270"), Limits::peers()).await.unwrap();
    let server = server_builder(&Limits::peers())
        .add_service(echo(&Limits::peers()))
        .serve_with_incoming(listener.incoming());
    tokio::spawn(server);
    assert!(say(&channel, "back").await.unwrap().starts_with("back"));
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_named_in_the_error() {
    let federation = Federation::new();
    let free = TcpListener::bind(LOCALHOST).await.unwrap().local_addr().unwrap();
    for address in [free.to_string(), "no address".to_owned()] {
        let failed = say(&federation.dialer("0219").peer(code("0270"), &address), "x").await.unwrap_err();
        let why = DialError::behind(&failed).unwrap();
        assert!(matches!(why, DialError::Unreachable { .. }), "{why:?}");
        assert!(why.to_string().contains(&address), "{why}");
    }
}

#[tokio::test]
async fn a_node_that_accepts_and_then_says_nothing_is_given_up() {
    let federation = Federation::new();
    let silent = TcpListener::bind(LOCALHOST).await.unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let limits = Limits { handshake_timeout: Duration::from_millis(50), ..Limits::peers() };
    let channel = Dialer::new(federation.store("0219"), limits).peer(code("0270"), &address);
    let failed = say(&channel, "hello?").await.unwrap_err();
    assert!(matches!(DialError::behind(&failed), Some(DialError::TimedOut { .. })), "{failed:?}");
}

#[tokio::test]
async fn a_user_talks_to_a_node_and_is_no_peer() {
    let federation = Federation::new();
    let port = serve_users(federation.store("0270"), Limits::users()).await.port();
    let authority = federation.authority.certificate_pem().as_bytes();
    for url in [format!("https://127.0.0.1:{port}"), format!("https://localhost:{port}")] {
        let channel = user_channel(authority, &url, &federation.clock()).unwrap();
        let answer = say(&channel, "hello").await.unwrap();
        assert!(answer.starts_with("hello from The request does not have valid authentication"), "{answer}");
    }
}

#[tokio::test]
async fn a_users_certificate_gets_it_nowhere_as_a_peer() {
    let federation = Federation::new();
    let address = serve_users(federation.store("0219"), Limits::users()).await;
    // Even a node that calls the users' listener with its certificate is not a peer there.
    let channel = federation.dialer("0270").peer(code("0219"), &address.to_string());
    let answer = say(&channel, "hello").await.unwrap();
    assert!(!answer.contains("spiffe://"), "{answer}");
}

#[tokio::test]
async fn a_user_does_not_talk_to_a_node_of_another_authority_or_under_another_name() {
    let (federation, other) = (Federation::new(), Federation::named("other.example"));
    let address = serve_users(federation.store("0270"), Limits::users()).await;
    let try_it = async |authority: &Federation, url: String| {
        let pem = authority.authority.certificate_pem().as_bytes();
        say(&user_channel(pem, &url, &federation.clock()).unwrap(), "password").await.unwrap_err()
    };
    let foreign = try_it(&other, format!("https://{address}")).await;
    assert_eq!(refusal(&foreign), CertificateRefusal::UnknownAuthority);
    // The same listener under a name that is not in its certificate.
    let misnamed = try_it(&federation, format!("https://[::ffff:127.0.0.1]:{}", address.port())).await;
    assert_eq!(refusal(&misnamed), CertificateRefusal::OtherName);
}

#[tokio::test]
async fn a_users_address_must_be_an_https_url_and_the_authority_a_certificate() {
    let federation = Federation::new();
    let authority = federation.authority.certificate_pem().as_bytes();
    for url in ["", "localhost:1", "http://localhost:1", "https://", "https://a b"] {
        let refused = user_channel(authority, url, &federation.clock());
        assert!(matches!(refused, Err(DialError::Url { .. })), "{url}: {refused:?}");
    }
    for pem in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let refused = user_channel(pem.as_bytes(), "https://localhost:1", &federation.clock());
        assert!(matches!(refused, Err(DialError::Authority { .. })), "{refused:?}");
    }
}
