//! Every surface of two runs, one green and one red, from their events alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use deploy_events::{
    CheckVerdict, Event, Kind, ObjectVerdict, Outcome, PlannedWrite, Reader, Scope, Stage, Timeline, VERSION,
    WriteVerb, render, to_line,
};
use jiff::{SignedDuration, Timestamp};
use names::{MemberName, ObjectRef};
use problem::{Code, ProblemRecord};
use proptest::prelude::*;

/// Builds a log, one event every half second.
#[derive(Default)]
struct Log(Vec<Event>);

impl Log {
    fn add(mut self, scope: &Scope, kind: Kind) -> Self {
        let seq = self.0.len() as u64;
        let at =
            Timestamp::from_second(1_800_000_000).unwrap() + SignedDuration::from_millis(500 * seq as i64);
        self.0.push(Event {
            v: VERSION,
            run: "20270115-r1".parse().unwrap(),
            seq,
            at,
            scope: scope.clone(),
            kind,
        });
        self
    }

    fn stage(self, scope: &Scope, stage: Stage, note: &str, inside: Vec<Kind>) -> Self {
        let scope = scope.at(stage);
        let log =
            inside.into_iter().fold(self.add(&scope, Kind::StageStarted), |log, kind| log.add(&scope, kind));
        log.add(&scope, Kind::StageFinished { took: SignedDuration::from_millis(500), note: note.into() })
    }
}

fn staging() -> MemberName {
    "staging".parse().unwrap()
}

fn deployment(name: &str) -> ObjectRef {
    ObjectRef::namespaced("Deployment", &"staging".parse().unwrap(), name)
}

fn started() -> Kind {
    Kind::RunStarted {
        command: "up".into(),
        targets: vec!["staging".into()],
        members: vec![staging()],
        who: "ada".into(),
        commit: Some("3f2a9c0d11223344".into()),
    }
}

fn released(revision: u32) -> Kind {
    Kind::Released {
        step: "staging".parse().unwrap(),
        release: "staging".parse().unwrap(),
        revision,
        previous: revision - 1,
        chart: "mybinder 0.1.0".into(),
    }
}

fn check(name: &str, verdict: CheckVerdict, detail: &str) -> Kind {
    Kind::Check { name: name.into(), verdict, detail: detail.into(), took: SignedDuration::from_millis(1200) }
}

fn object(name: &str, verdict: ObjectVerdict, detail: &str, cause: Option<&str>) -> Kind {
    Kind::Object { object: deployment(name), verdict, detail: detail.into(), cause: cause.map(str::to_owned) }
}

fn planned() -> Kind {
    let write = |verb, name| PlannedWrite { verb, object: deployment(name) };
    Kind::Planned {
        writes: vec![
            write(WriteVerb::Create, "binder"),
            write(WriteVerb::Change, "hub"),
            write(WriteVerb::Hook, "pull"),
        ],
        hash: "9f8e7d6c5b4a39281706".into(),
        plan: None,
        census: None,
    }
}

fn green() -> Vec<Event> {
    let (run, member) = (Scope::run(), Scope::member(&staging()));
    Log::default()
        .add(&run, started())
        .stage(&run, Stage::Unlock, "3 files opened in memory, 12 values masked", vec![])
        .stage(&member, Stage::Plan, "2 writes", vec![planned()])
        .stage(&run, Stage::Announce, "annotation 7 opened", vec![Kind::Annotated { id: 7, closed: false }])
        .stage(&member, Stage::Upgrade, "staging revision 4, 2 objects written", vec![released(4)])
        .stage(
            &member,
            Stage::Rollout,
            "2 objects ready",
            vec![
                object("binder", ObjectVerdict::InProgress, "0/1 available", None),
                object("binder", ObjectVerdict::Ready, "1/1 available", None),
                object("hub", ObjectVerdict::Ready, "1/1 available", None),
            ],
        )
        .stage(
            &member,
            Stage::Verify,
            "2 checks",
            vec![
                check("binder.versions", CheckVerdict::Pass, "1.0.0"),
                check("launch.ready", CheckVerdict::Degraded, "ready after 2 attempts"),
            ],
        )
        .add(&member, Kind::Verified { release: "staging".parse().unwrap(), revision: 4 })
        .add(&member, Kind::MemberFinished { outcome: Outcome::Done })
        .add(&run, Kind::Annotated { id: 7, closed: true })
        .add(&run, Kind::RunFinished { outcome: Outcome::Done })
        .0
}

fn red() -> Vec<Event> {
    let (run, member) = (Scope::run(), Scope::member(&staging()));
    let problem =
        ProblemRecord::new(Code::new("rollout.failed"), "Deployment/staging/binder failed: CrashLoop")
            .with_cause("Pod/staging/binder-6d4, container binder: exited with 1, for the third time")
            .with_cause("its last words: cannot open the configuration")
            .with_help("Mend the image, or its configuration.");
    let log = Log::default()
        .add(&run, started())
        .stage(&member, Stage::Plan, "1 write", vec![planned()])
        .stage(&member, Stage::Upgrade, "staging revision 5, 1 object written", vec![released(5)])
        .add(&member.at(Stage::Rollout), Kind::StageStarted);
    log.add(
        &member.at(Stage::Rollout),
        object("binder", ObjectVerdict::Failed, "0/1 available", Some("CrashLoop")),
    )
    .add(&member.at(Stage::Rollout), Kind::Failed { problem })
    .stage(
        &member,
        Stage::Rollback,
        "staging to revision 4, as revision 6",
        vec![Kind::RolledBack { release: "staging".parse().unwrap(), to: 4, revision: 6 }],
    )
    .add(&member, Kind::MemberFinished { outcome: Outcome::RolledBack })
    .add(&run, Kind::RunFinished { outcome: Outcome::RolledBack })
    .0
}

fn draw(events: &[Event]) -> String {
    let mut timeline = Timeline::default();
    let mut text = String::new();
    for event in events {
        timeline.fold(event);
        if let Some(line) = render::line(&timeline, event) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text + "--\n" + &render::summary(&timeline, problem::Style::Plain)
}

#[test]
fn a_green_run() {
    insta::assert_snapshot!(draw(&green()));
}

#[test]
fn a_red_run_ends_with_the_cause_and_where_it_went_back_to() {
    insta::assert_snapshot!(draw(&red()));
}

#[test]
fn the_frame_shows_what_is_not_ready_and_why() {
    let events = red();
    let mut timeline = Timeline::default();
    let until = events.iter().position(|event| matches!(event.kind, Kind::Failed { .. })).unwrap();
    events.iter().take(until).for_each(|event| timeline.fold(event));
    insta::assert_snapshot!(render::frame(&timeline), @"
    staging rollout 0.5 s
      Deployment/staging/binder CrashLoop: 0/1 available
    ");
}

#[test]
fn the_result_for_programs_names_outcome_and_exit_code() {
    let mut timeline = Timeline::default();
    red().iter().for_each(|event| timeline.fold(event));
    let value = render::result(&timeline, 4);
    assert_eq!((&value["exit"], &value["outcome"]), (&4.into(), &"rolled-back".into()));
    assert_eq!(value["members"][0]["rolled_back"]["to"], 4);
    assert_eq!(value["members"][0]["problems"][0]["code"], "rollout.failed");
}

/// A plan as its published format has it.
fn plan_of(member: &str, replicas: u32) -> Kind {
    let object = |kind: &str, name: &str, change: &str| serde_json::json!({"kind": kind, "namespace": member, "name": name, "change": change});
    let mut hub = object("Deployment", "hub", "changed");
    hub["hunks"] = serde_json::json!([{"path": "spec.replicas", "lines": [" spec:", format!("-  replicas: {replicas}"), "+  replicas: 2"]}]);
    hub["restart"] = serde_json::json!({"reasons": ["image of hub: 1 -> 2"], "pods": 1, "component": "hub", "strategy": "Recreate"});
    hub["drift"] = serde_json::json!([{"path": "spec.paused", "live": true, "ends": false}]);
    let mut unproven = object("Widget", "w", "unproven");
    unproven["unproven"] = serde_json::json!({"reason": "not served", "needs": 1});
    let plan = serde_json::json!({"member": member, "hash": "aabbccddeeff00112233", "steps": [
        {"step": "crds", "number": 1, "action": "apply", "files": ["crds/a.yaml"], "objects": [object("CustomResourceDefinition", "widgets.x.io", "new")]},
        {"step": "ban", "number": 2, "action": "run", "program": "ban.sh", "args": [member], "digest": "sha256:00", "undo": null},
        {"step": member, "number": 3, "action": "helm", "release": member, "namespace": member, "chart": {"from": "hub-1", "to": "hub-2"},
            "impacts": [{"code": "logged-out", "text": "everybody is logged out: the hub's cookie secret changes"}, {"code": "builds-cut", "text": "builds that are under way are cut: binder restarts"}],
            "objects": [hub, unproven, object("ConfigMap", "old", "deleted"), object("Service", "hub", "unchanged")],
            "hooks": [{"kind": "Job", "name": "pull", "events": ["pre-upgrade"], "change": "changed"}]},
    ]});
    let census = deploy_events::Census { servers: 213, builds: 7 };
    Kind::Planned {
        writes: vec![],
        hash: "aabbccddeeff00112233".into(),
        plan: Some(Box::new(plan)),
        census: Some(census),
    }
}

#[test]
fn members_with_the_same_plan_are_shown_once() {
    let names: [MemberName; 3] = ["staging", "ovh", "prod"].map(|name| name.parse().unwrap());
    let mut started = started();
    if let Kind::RunStarted { command, members, .. } = &mut started {
        *command = "plan".into();
        *members = names.to_vec();
    }
    let mut log = Log::default().add(&Scope::run(), started);
    for (name, replicas) in names.iter().zip([1, 1, 3]) {
        let scope = Scope::member(name);
        log = log.add(&scope.at(Stage::Plan), plan_of(name.as_str(), replicas));
        log = log.add(&scope, Kind::MemberFinished { outcome: Outcome::Planned });
    }
    let log = log.add(&Scope::run(), Kind::RunFinished { outcome: Outcome::Planned });
    let mut timeline = Timeline::default();
    log.0.iter().for_each(|event| timeline.fold(event));
    insta::assert_snapshot!(render::summary(&timeline, problem::Style::Plain));
    let coloured = render::plans(&timeline, problem::Style::Coloured);
    assert!(coloured.contains("\u{1b}[32m") && coloured.contains("\u{1b}[31m"), "{coloured}");
}

#[test]
fn a_replay_draws_the_same_bytes() {
    for events in [green(), red()] {
        let log: String = events.iter().map(|event| to_line(event) + "\n").collect();
        let read: Vec<Event> = Reader::new(&log).collect::<Result<_, _>>().unwrap();
        assert_eq!(read, events);
        assert_eq!(draw(&read), draw(&events));
    }
}

#[test]
fn a_newer_log_is_read_as_far_as_it_can_be() {
    let newer = r#"{"v":1,"run":"r","seq":0,"at":"2026-01-02T03:04:05Z","kind":"teleported","to":{"x":1}}"#;
    assert_eq!(Reader::new(newer).next().unwrap().unwrap().kind, Kind::Unknown);
    let error = Reader::new(&newer.replace("\"v\":1", "\"v\":2")).next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "line 1 of the event log has version 2, this program knows 1");
    let error = Reader::new("\n{not json").next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "line 2 of the event log is not an event");
}

proptest! {
    #[test]
    fn any_order_of_events_is_drawn_without_a_panic(order in proptest::collection::vec(0usize..40, 0..80)) {
        let events: Vec<Event> = green().into_iter().chain(red()).collect();
        let shuffled: Vec<Event> = order.iter().filter_map(|at| events.get(*at).cloned()).collect();
        draw(&shuffled);
    }
}
