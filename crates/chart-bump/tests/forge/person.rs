//! What a person did or decided is never undone.

use std::sync::{Arc, Mutex};

use chart_bump::Guard;
use chart_bump::forge::{ForgeFault, propose, retire};
use stand_ins::github::{Fault, PullState};

use crate::{REPO, assert_there, bump, ready, writes};

#[tokio::test]
async fn a_persons_commit_stops_the_machine() {
    let (double, forge) = ready().await;
    propose(&forge, &bump(1, 2)).await.unwrap();
    double.push(REPO, "bump/hub", "fix the values too", "bob", &[("values.yaml", "a: b\n")]);
    let (before, head) = (writes(&double), double.branches(REPO)["bump/hub"].clone());
    let error = propose(&forge, &bump(1, 3)).await.unwrap_err();
    assert!(matches!(&error, ForgeFault::Person { author, .. } if author == "bob"), "{error}");
    assert_eq!(retire(&forge, &"bump/hub".parse().unwrap(), "x").await.unwrap(), None);
    assert_eq!((writes(&double), &double.branches(REPO)["bump/hub"]), (before, &head));
    assert_eq!(double.pulls(REPO)[0].title, "hub: 1...2");
}

#[tokio::test]
async fn a_branch_of_that_name_without_a_pull_request_is_a_persons_too() {
    let (double, forge) = ready().await;
    double.push(REPO, "bump/hub", "mine", "bob", &[("values.yaml", "a: b\n")]);
    let error = propose(&forge, &bump(1, 2)).await.unwrap_err();
    assert!(matches!(error, ForgeFault::Person { .. }), "{error}");
    assert_eq!(writes(&double), 0);
}

/// The push comes between the look at the branch and its move: only a move that names the commit it
/// replaces keeps it.
#[tokio::test]
async fn a_push_in_between_is_not_lost() {
    let (double, forge) = ready().await;
    propose(&forge, &bump(1, 2)).await.unwrap();
    let (person, pushed) = (double.clone(), Arc::new(Mutex::new(None)));
    let slot = Arc::clone(&pushed);
    double.break_by(move |asked| {
        if asked.operation != "UpdateRef" || slot.lock().unwrap().is_some() {
            return None;
        }
        // The request waits a second at the limit; the push has all that time.
        let (person, push_slot) = (person.clone(), Arc::clone(&slot));
        let push =
            std::thread::spawn(move || person.push(REPO, "bump/hub", "in between", "bob", &[("b", "c")]));
        *push_slot.lock().unwrap() = Some(push);
        Some(Fault::Limited { retry_after: 1 })
    });
    let error = propose(&forge, &bump(1, 3)).await.unwrap_err();
    assert!(matches!(&error, ForgeFault::Person { author, .. } if author == "bob"), "{error}");
    let push = pushed.lock().unwrap().take().unwrap().join().unwrap();
    assert_eq!(double.branches(REPO)["bump/hub"], push);
}

#[tokio::test]
async fn a_proposal_that_was_closed_is_not_opened_again() {
    let (double, forge) = ready().await;
    propose(&forge, &bump(1, 2)).await.unwrap();
    let close = github_client::PullEdit { close: true, ..Default::default() };
    forge.github.edit_pull(&forge.repo, 1, &close).await.unwrap();
    let before = writes(&double);
    let error = propose(&forge, &bump(1, 2)).await.unwrap_err();
    assert!(matches!(error, ForgeFault::Declined { number: 1, .. }), "{error}");
    assert_eq!(writes(&double), before);
    let mut waived = bump(1, 2);
    waived.allow = [Guard::Declined].into_iter().collect();
    assert_eq!(propose(&forge, &waived).await.unwrap().number, 2);
    assert_there(&double, &waived, 2, "waived");
    assert_eq!(double.pulls(REPO)[0].state, PullState::Closed);
}

#[tokio::test]
async fn another_version_than_the_closed_one_is_proposed() {
    let (double, forge) = ready().await;
    propose(&forge, &bump(1, 2)).await.unwrap();
    let close = github_client::PullEdit { close: true, ..Default::default() };
    forge.github.edit_pull(&forge.repo, 1, &close).await.unwrap();
    assert_eq!(propose(&forge, &bump(1, 3)).await.unwrap().number, 2);
    assert_there(&double, &bump(1, 3), 2, "newer");
}

#[tokio::test]
async fn a_name_that_was_rolled_back_is_blocked_until_it_is_acknowledged() {
    let (double, forge) = ready().await;
    propose(&forge, &bump(1, 2)).await.unwrap();
    double.merge_open(REPO, 1, "ann");
    double.label(REPO, 1, &["maintenance", "rolled-back"]);
    let before = writes(&double);
    let error = propose(&forge, &bump(2, 3)).await.unwrap_err();
    assert!(matches!(error, ForgeFault::RolledBack { number: 1, .. }), "{error}");
    assert_eq!(writes(&double), before);
    let mut waived = bump(2, 3);
    waived.allow = [Guard::RolledBack].into_iter().collect();
    propose(&forge, &waived).await.unwrap();
    assert_there(&double, &waived, 2, "waived");
    double.label(REPO, 1, &["maintenance"]);
    propose(&forge, &bump(2, 4)).await.unwrap();
    assert_there(&double, &bump(2, 4), 2, "acknowledged");
}
