//! The token of a server, and the address of who launched it, leave the probe nowhere.

use std::time::Duration;

use crate::wire::{Step, answer, answer_with, end, stream};
use crate::world::{Seen, TOKEN, World};

const ADDRESS: &str = "192.0.2.77";

/// Everything that came out, in every form it can take.
fn everything(seen: &Seen) -> String {
    let mut text = format!("{:?} {:?} {seen:?}", seen.all, seen.report);
    for progress in &seen.all {
        text += &serde_json::to_string(progress).unwrap();
    }
    for check in &seen.report.checks {
        text += &format!("{check} {check:?} {:?}", check.problem());
    }
    text
}

fn assert_clean(name: &str, seen: &Seen) {
    let text = everything(seen);
    assert!(!text.contains(TOKEN), "{name}: the token in {text}");
    assert!(!text.contains(ADDRESS), "{name}: the address in {text}");
}

#[tokio::test]
async fn neither_is_shown_whatever_happens() {
    type Answer = fn() -> Vec<Step>;
    let telling = || answer(200, "text/html", &format!("<body data-jupyter-api-token=\"{TOKEN}\">"));
    let sending = || answer_with(302, &format!("Location: /hub/x?token={TOKEN}\r\n"), "");
    let table: [(&str, Option<(&'static str, Answer)>); 6] = [
        ("healthy", None),
        ("the server's page holds it", Some(("closed", telling))),
        ("a redirect holds it", Some(("closed", sending))),
        ("the page with token", Some(("status", telling))),
        ("the order to stop is redirected", Some(("shutdown", sending))),
        ("the order to stop shows a page", Some(("shutdown", || answer(500, "text/html", TOKEN)))),
    ];
    for (name, replaced) in table {
        let world = World::healthy().await.with_budgets(|budgets| {
            budgets.settle = Duration::from_millis(50);
            budgets.shutdown = Duration::from_millis(100);
        });
        let world = match replaced {
            Some((place, reply)) => world.with(place, move |_| reply()),
            None => world,
        };
        assert_clean(name, &world.verify().await);
    }
}

#[tokio::test]
async fn not_even_where_the_stream_puts_it() {
    let world = World::healthy().await;
    let url = world.url.clone();
    let ready = world.ready();
    let with_query = ready.replace("/user/a/\"", &format!("/user/a/?token={TOKEN}#{TOKEN}\""));
    let in_message = ready.replace("server running at", &format!("server with {TOKEN} running at"));
    let elsewhere = ready.replace(&url, &format!("http://{TOKEN}:{TOKEN}@127.0.0.1:0"));
    let half = ready.split_at(ready.find(TOKEN).unwrap() + TOKEN.len()).0.to_owned();
    let broken = format!("data: {{\"token\": \"{TOKEN}\", \n\n");
    for (name, events) in [
        ("in the query", vec![with_query]),
        ("in the message", vec![in_message]),
        ("in the user of the URL", vec![elsewhere]),
        ("in half an event", vec![half]),
        ("in no JSON", vec![broken, ready]),
    ] {
        let world = World::healthy().await.with_budgets(|budgets| {
            budgets.settle = Duration::from_millis(50);
            budgets.shutdown = Duration::from_millis(100);
        });
        let events: Vec<String> = events.iter().map(|event| event.replace(&url, &world.url)).collect();
        let world = world.with("build", move |_| [stream(&events), vec![end()]].concat());
        let seen = world.verify().await;
        assert_clean(name, &seen);
        assert!(seen.wire.count("/build/") == 1, "{name}");
    }
}
