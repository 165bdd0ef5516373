//! Two at once, and a cancel at every moment there is.

use std::sync::Arc;

use helm_driver::{Class, Error, Progress};

use sandbox::{Effect, Fault, FaultProxy, Target};

use crate::lab::{Lab, finish, watch};

crate::both!(of_two_upgrades_at_once_one_wins, a_cancel_at_every_write_is_clean);

async fn of_two_upgrades_at_once_one_wins(lab: Arc<Lab>) {
    lab.upgrade("count: 20\n").await;
    let upgrade =
        |color: &str| finish(lab.driver.upgrade(lab.with_values(&format!("count: 20\ncolor: {color}\n"))));
    let (red, green) = futures::join!(upgrade("red"), upgrade("green"));
    let (winner, loser) = match (red, green) {
        (Ok(_), Err(loser)) => ("red", loser),
        (Err(loser), Ok(_)) => ("green", loser),
        // One was over before the other looked: nothing met.
        (Ok(_), Ok(_)) => return assert_eq!(lab.history().await.len(), 3),
        (Err(red), Err(green)) => panic!("nobody won: {red}; {green}"),
    };
    let Error::Failed(failure) = &loser else { panic!("{loser}") };
    assert!(matches!(failure.class, Class::Pending | Class::Race), "{loser}");
    assert!(!loser.changed_anything(), "the loser wrote: {loser:?}");
    let colors = lab.colors().await;
    assert!(colors.len() == 20 && colors.values().all(|color| color == winner), "{colors:?}");
    assert_eq!(lab.history().await, ["1 superseded", "2 deployed"]);
}

/// The upgrade changes three maps, drops one and makes one more with a Deployment beside it: every kind of
/// write there is. It is cancelled at its first record, at its first write, at its second and so on, and
/// rolled back each time. Writes take a moment, so that the cancel meets the one it is meant for.
async fn a_cancel_at_every_write_is_clean(lab: Arc<Lab>) {
    let mut base = lab.upgrade("count: 4\n").await.revision.get();
    let values = "count: 3\ncolor: red\nmore: true\nclaim: true\n";
    let writes = lab.upgrade(values).await.written;
    assert_eq!(writes, 8, "three changed, one dropped, four made");
    base = lab.rollback(base).await.unwrap().revision.get();
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let path = Some(format!("*/{}/*", lab.namespace));
        let target = Target { method: Some(method.to_owned()), path, user_agent: Some("Helm/*".to_owned()) };
        let fault = Fault { effect: Effect::Delay { ms: 40 }, target, times: None, for_ms: Some(120_000) };
        FaultProxy::of(&lab.sandbox).inject(&fault).await.unwrap();
    }
    let driver = lab.through_proxy().await;
    let mut cancelled = 0;
    for stop_after in 0..=writes {
        let operation = driver.upgrade(lab.with_values(values));
        let control = operation.control();
        let mut wrote = 0;
        let result = watch(operation, |progress| {
            let now = match progress {
                Progress::Recorded { .. } => wrote == 0 && stop_after == 0,
                Progress::Wrote { .. } => {
                    wrote += 1;
                    wrote == stop_after
                }
                _ => false,
            };
            if now {
                control.cancel("stopped by a test");
            }
        })
        .await;
        let history = lab.history().await;
        assert!(!history.iter().any(|line| line.contains("pending")), "after {stop_after}: {history:?}");
        match &result {
            Err(error) => {
                assert!(matches!(error, Error::Cancelled { .. }), "after {stop_after}: {error}");
                assert!(history.last().unwrap().ends_with(" failed"), "after {stop_after}: {history:?}");
                cancelled += 1;
            }
            Ok(done) => assert_eq!(done.written, writes, "after {stop_after}: a success that is none"),
        }
        base = lab.rollback(base).await.unwrap().revision.get();
        let versions = lab.versions().await;
        let there: Vec<&str> = versions
            .iter()
            .filter(|(name, version)| !name.starts_with("Secret/sh.helm") && !version.contains("deleting"))
            .map(|(name, _)| name.as_str())
            .collect();
        let want = ["map-000", "map-001", "map-002", "map-003"];
        assert_eq!(there, want.map(|name| format!("ConfigMap/{name}")), "after {stop_after}");
        assert!(lab.colors().await.values().all(|color| color == "blue"), "after {stop_after}");
    }
    assert!(cancelled * 2 > writes, "of {writes} cancels only {cancelled} came in time");
}
