//! Who is let in by a listener, and who is not.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use enplan_domain::Clock;
use enplan_transport::authority::{NodeKey, Validity};
use enplan_transport::{Limits, MembershipCheck, PeerListener, members_only, server_builder};
use rcgen::ExtendedKeyUsagePurpose;
use rustls::AlertDescription as Alert;
use rustls::{HandshakeKind, NamedGroup};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::service::InterceptorLayer;

use crate::support::{DAY, Federation, LOCALHOST, RawClient, Shown, echo, say, serve_peers};

/// The alert with which the server ended the connection.
async fn alert(client: &RawClient, address: SocketAddr) -> Alert {
    let error = client.enter(address).await.expect_err("was let in");
    match error.get_ref().and_then(|error| error.downcast_ref()) {
        Some(rustls::Error::AlertReceived(alert)) => *alert,
        other => panic!("refused without an alert: {error}, {other:?}"),
    }
}

#[tokio::test]
async fn two_nodes_of_a_federation_talk_and_each_request_says_who_sent_it() {
    let federation = Federation::new();
    let address = serve_peers(federation.store("0219"), Limits::peers()).await;
    let channel = federation.dialer("0270").peer("0219".parse().unwrap(), &address.to_string());
    let answer = say(&channel, "hello").await.unwrap();
    assert_eq!(answer, "hello from spiffe://test.example/municipality/0270");
}

#[tokio::test]
async fn the_keys_of_a_connection_are_agreed_in_a_way_that_a_quantum_computer_does_not_break() {
    let federation = Federation::new();
    let address = serve_peers(federation.store("0219"), Limits::peers()).await;
    let stream =
        federation.raw_client(Some(Shown::of(&federation.files("0270")))).enter(address).await.unwrap();
    let session = stream.get_ref().1;
    assert_eq!(session.negotiated_key_exchange_group().unwrap().name(), NamedGroup::X25519MLKEM768);
    assert_eq!(session.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_3));
}

#[tokio::test]
async fn a_client_without_the_right_certificate_is_refused() {
    let federation = Federation::new();
    let address = serve_peers(federation.store("0219"), Limits::peers()).await;
    let node = "spiffe://test.example/municipality/0270";
    let server_only =
        federation.forge("m0270.enplan.internal", &[node], &[ExtendedKeyUsagePurpose::ServerAuth]);

    // A certificate like these but for its faults is let in, so that it is the faults which are refused.
    federation.raw_client(Some(federation.forge_node(&[node]))).enter(address).await.unwrap();

    let namesake = Federation::new();
    let stranger = Federation::named("other.example");
    for (case, shown, expected) in [
        ("no certificate", None, Alert::CertificateRequired),
        ("another authority", Some(Shown::of(&stranger.files("0270"))), Alert::UnknownCA),
        ("a namesake's authority", Some(Shown::of(&namesake.files("0270"))), Alert::DecryptError),
        ("made for servers only", Some(server_only), Alert::UnsupportedCertificate),
        ("no URI name", Some(federation.forge_node(&[])), Alert::CertificateUnknown),
        (
            "two URI names",
            Some(federation.forge_node(&[node, "spiffe://test.example/municipality/0219"])),
            Alert::CertificateUnknown,
        ),
        (
            "another federation",
            Some(federation.forge_node(&["spiffe://other.example/municipality/0270"])),
            Alert::CertificateUnknown,
        ),
        (
            "a municipality that cannot be",
            Some(federation.forge_node(&["spiffe://test.example/municipality/9999"])),
            Alert::CertificateUnknown,
        ),
    ] {
        assert_eq!(alert(&federation.raw_client(shown), address).await, expected, "{case}");
    }
}

#[tokio::test]
async fn a_certificate_is_refused_before_and_after_its_time() {
    let federation = Federation::new();
    let address = serve_peers(federation.store("0219"), Limits::peers()).await;
    // A client whose own clock stands still, so that it is the server that refuses.
    let other = Federation::new();
    let files = federation.files("0270");
    let trusting = |federation: &Federation| {
        let RawClient(config) = federation.raw_client(Some(Shown::of(&files)));
        let mut config = Arc::unwrap_or_clone(config);
        config.time_provider = other.clock.clone();
        RawClient(Arc::new(config))
    };
    trusting(&federation).enter(address).await.unwrap();
    federation.clock.turn(-DAY);
    assert_eq!(alert(&trusting(&federation), address).await, Alert::CertificateExpired);
    federation.clock.turn(32 * DAY);
    assert_eq!(alert(&trusting(&federation), address).await, Alert::CertificateExpired);
}

#[tokio::test]
async fn a_client_that_speaks_tls_1_2_is_refused() {
    let federation = Federation::new();
    let address = serve_peers(federation.store("0219"), Limits::peers()).await;

    let extensions: &[u8] = &[
        0x00, 0x0a, 0, 4, 0, 2, 0x00, 0x17, // groups: secp256r1
        0x00, 0x0d, 0, 4, 0, 2, 0x04, 0x03, // signatures: ECDSA P-256 SHA-256
        0x00, 0x0b, 0, 2, 1, 0, // points: uncompressed
        0x00, 0x17, 0, 0, // extended master secret
    ];
    let mut hello = vec![0x03, 0x03];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0xc0, 0x2b, 1, 0]); // no session, ECDHE-ECDSA-AES128-GCM, no compression
    hello.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    hello.extend(extensions);
    let length = u8::try_from(hello.len()).unwrap();
    let mut record = vec![0x16, 0x03, 0x01, 0, length + 4, 1, 0, 0, length];
    record.extend(hello);

    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&record).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    // One fatal alert: protocol_version.
    assert_eq!((answer[0], &answer[5..]), (0x15, &[2, 70][..]), "{answer:?}");
}

#[tokio::test]
async fn a_client_that_does_not_speak_http2_is_refused() {
    let federation = Federation::new();
    let address = serve_peers(federation.store("0219"), Limits::peers()).await;
    let RawClient(config) = federation.raw_client(Some(Shown::of(&federation.files("0270"))));
    for protocols in [vec![b"http/1.1".to_vec()], Vec::new()] {
        let mut config = Arc::unwrap_or_clone(config.clone());
        config.alpn_protocols = protocols;
        RawClient(Arc::new(config)).enter(address).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_revoked_certificate_is_refused_on_the_next_connection_and_a_renewed_one_is_not() {
    let federation = Federation::new();
    let mut server = federation.files("0219");
    let list = federation.path("revoked.pem");
    let week = Validity::days(federation.clock.now(), 7);
    fs::write(&list, federation.authority.revocation_list(&[], week).unwrap()).unwrap();
    server.revocations = Some(list.clone());
    let store = federation.open(server);
    let address = serve_peers(store.clone(), Limits::peers()).await;

    let files = federation.files("0270");
    let client = federation.raw_client(Some(Shown::of(&files)));
    client.enter(address).await.unwrap();

    let revoked = fs::read_to_string(&files.certificate).unwrap();
    fs::write(&list, federation.authority.revocation_list(&[revoked], week).unwrap()).unwrap();
    store.reload().unwrap();
    assert_eq!(alert(&client, address).await, Alert::CertificateRevoked);

    let same_key = NodeKey::load(&files.key).unwrap();
    fs::write(&files.certificate, federation.certify(&same_key, "0270")).unwrap();
    federation.raw_client(Some(Shown::of(&files))).enter(address).await.unwrap();
}

#[tokio::test]
async fn no_session_is_ever_resumed() {
    let federation = Federation::new();
    let address = serve_peers(federation.store("0219"), Limits::peers()).await;
    // It would resume if it were given a ticket: that is rustls' default.
    let client = federation.raw_client(Some(Shown::of(&federation.files("0270"))));
    for connection in 0..3 {
        let stream = client.enter(address).await.unwrap();
        let session = stream.get_ref().1;
        assert_eq!(session.handshake_kind(), Some(HandshakeKind::Full), "connection {connection}");
        assert_eq!(session.tls13_tickets_received(), 0);
    }
}

#[tokio::test]
async fn new_credentials_are_shown_on_the_next_connection() {
    let federation = Federation::new();
    let files = federation.files("0219");
    let store = federation.open(files.clone());
    let address = serve_peers(store.clone(), Limits::peers()).await;
    let client = federation.raw_client(Some(Shown::of(&federation.files("0270"))));
    let shown = async || -> io::Result<Vec<u8>> {
        let stream = client.enter(address).await?;
        Ok(stream.get_ref().1.peer_certificates().unwrap()[0].to_vec())
    };

    let before = shown().await.unwrap();
    let key = NodeKey::load(&files.key).unwrap();
    fs::write(&files.certificate, federation.certify(&key, "0219")).unwrap();
    assert_eq!(shown().await.unwrap(), before);
    store.reload().unwrap();
    assert_ne!(shown().await.unwrap(), before);

    let now = shown().await.unwrap();
    fs::write(&files.certificate, "broken").unwrap();
    store.reload().unwrap_err();
    assert_eq!(shown().await.unwrap(), now);
}

#[tokio::test]
async fn a_member_who_is_removed_is_refused_on_the_next_request_of_an_open_connection() {
    let federation = Federation::new();
    let limits = Limits::peers();
    let members = Arc::new(Mutex::new(vec!["0270".to_owned()]));
    let known = members.clone();
    let check: MembershipCheck =
        Arc::new(move |peer| known.lock().unwrap().contains(&peer.municipality.to_string()));

    let listener = PeerListener::bind(LOCALHOST, federation.store("0219"), limits.clone()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = server_builder(&limits)
        .layer(InterceptorLayer::new(members_only(check)))
        .add_service(echo(&limits))
        .serve_with_incoming(listener.incoming());
    tokio::spawn(server);

    let channel = federation.dialer("0270").peer("0219".parse().unwrap(), &address.to_string());
    say(&channel, "hello").await.unwrap();
    members.lock().unwrap().clear();
    let refused = say(&channel, "hello again").await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::PermissionDenied, "{refused}");
}
