//! What the forge has after each run.

use chart_bump::forge::{Deed, ForgeFault, propose, retire};
use stand_ins::github::PullState;

use crate::{REPO, assert_there, bump, ready, writes};

#[tokio::test]
async fn a_second_run_writes_nothing() {
    let (double, forge) = ready().await;
    let proposal = bump(1, 2);
    let proposed = propose(&forge, &proposal).await.unwrap();
    assert_eq!((proposed.number, proposed.deed), (1, Deed::Opened));
    assert_eq!(proposed.left_out, Vec::<String>::new());
    assert_there(&double, &proposal, 1, "first");
    let before = writes(&double);
    let proposed = propose(&forge, &proposal).await.unwrap();
    assert_eq!((proposed.number, proposed.deed, writes(&double)), (1, Deed::Nothing, before));
    assert_there(&double, &proposal, 1, "second");
}

#[tokio::test]
async fn a_newer_version_edits_the_pull_request_in_place() {
    let (double, forge) = ready().await;
    propose(&forge, &bump(1, 2)).await.unwrap();
    let proposed = propose(&forge, &bump(1, 3)).await.unwrap();
    assert_eq!((proposed.number, proposed.deed), (1, Deed::Edited));
    assert_there(&double, &bump(1, 3), 1, "newer");
}

#[tokio::test]
async fn the_branch_is_rebuilt_when_its_base_moves() {
    let (double, forge) = ready().await;
    propose(&forge, &bump(1, 2)).await.unwrap();
    double.push(REPO, "main", "something else", "bob", &[("README.md", "y")]);
    assert_eq!(propose(&forge, &bump(1, 2)).await.unwrap().deed, Deed::Edited);
    assert_there(&double, &bump(1, 2), 1, "rebuilt");
    assert_eq!(double.files(REPO, "bump/hub")["README.md"], "y");
}

#[tokio::test]
async fn a_merged_bump_makes_room_for_the_next_pull_request() {
    let (double, forge) = ready().await;
    propose(&forge, &bump(1, 2)).await.unwrap();
    double.merge_open(REPO, 1, "ann");
    let proposed = propose(&forge, &bump(2, 3)).await.unwrap();
    assert_eq!((proposed.number, proposed.deed), (2, Deed::Opened));
    assert_there(&double, &bump(2, 3), 2, "after a merge");
}

#[tokio::test]
async fn a_clone_that_is_not_at_the_tip_writes_nothing() {
    let (double, forge) = ready().await;
    double.push(REPO, "main", "a bump by hand", "bob", &[("hub/Chart.yaml", "version: 2\n")]);
    let error = propose(&forge, &bump(1, 3)).await.unwrap_err();
    assert!(matches!(&error, ForgeFault::BaseDiffers { file, .. } if file == "hub/Chart.yaml"), "{error}");
    assert_eq!(writes(&double), 0);
}

#[tokio::test]
async fn what_the_forge_leaves_out_is_told_and_asked_for_once() {
    let (double, forge) = ready().await;
    double.allow_auto_merge(REPO, false);
    let mut proposal = bump(1, 2);
    proposal.assignees = vec!["stranger".to_owned()];
    let proposed = propose(&forge, &proposal).await.unwrap();
    assert_eq!(
        proposed.left_out,
        [
            "stranger may not be assigned in me/deploy",
            "it does not merge by itself: Auto merge is not allowed for this repository"
        ]
    );
    assert_eq!(double.pulls(REPO).len(), 1);
}

#[tokio::test]
async fn what_nothing_is_left_of_is_closed_and_its_branch_deleted() {
    let (double, forge) = ready().await;
    let branch = "bump/hub".parse().unwrap();
    assert_eq!(retire(&forge, &branch, "Nothing is there.").await.unwrap(), None);
    propose(&forge, &bump(1, 2)).await.unwrap();
    let retired = retire(&forge, &branch, "main has it already.").await.unwrap().unwrap();
    assert_eq!(retired.number, Some(1));
    let pull = &double.pulls(REPO)[0];
    assert_eq!(pull.state, PullState::Closed);
    assert!(pull.body.starts_with("main has it already.\n\nFrom 1 to 2."), "{}", pull.body);
    assert_eq!(double.branches(REPO).len(), 1);
    assert_eq!(retire(&forge, &branch, "Again.").await.unwrap(), None);
    propose(&forge, &bump(1, 2)).await.unwrap();
    assert_there(&double, &bump(1, 2), 2, "a retired one is no decision of a person");
}
