//! The client that is handed in, set up as we ask and not.

use e2e_probe::{Target, Verdict, verify};
use reqwest::StatusCode;

use crate::wire::{Wire, answer, answer_with};
use crate::world::{World, client};

#[tokio::test]
async fn it_follows_nothing_and_keeps_nothing() {
    let wire = Wire::start(|request| match request.path() {
        "/from" => answer_with(307, "Location: /to\r\n", ""),
        _ => answer(200, "text/html", "there"),
    })
    .await;
    let client = client();
    for _ in 0..3 {
        let response = client.get(format!("{}/from", wire.url)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
        drop(response.bytes().await.unwrap());
    }
    assert_eq!(wire.count("/to"), 0);
    // A connection each: what is asked goes where the routing points now.
    assert_eq!(wire.connections(), 3);
}

#[tokio::test]
async fn one_that_follows_redirects_is_found_out() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    for place in ["versions", "health", "build"] {
        let world =
            World::healthy().await.with(place, |_| answer_with(302, "Location: /static/bundle.js\r\n", ""));
        let target = Target::BinderHub(world.target());
        let (_wire, budgets) = world.start();
        let report = verify(reqwest::Client::new(), target, budgets).report().await;
        let failed: Vec<_> = report.checks.iter().filter(|check| check.verdict == Verdict::Fail).collect();
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert_eq!(failed[0].cause.unwrap().code().as_str(), "probe.redirect", "{}", failed[0]);
    }
}
