//! Rows about DaemonSets.

use rollout_waiter::Verdict;
use serde_json::{Value, json};

use crate::world::{World, pod, probed, running, with};

fn agent() -> World {
    World::waiting_for("DaemonSet", "agent")
}

fn daemon_set([desired, updated, ready, available]: [i64; 4]) -> Value {
    json!({
        "kind": "DaemonSet",
        "metadata": {"name": "agent", "namespace": "ns", "uid": "ds", "generation": 2,
            "annotations": {"deprecated.daemonset.template.generation": "2"}},
        "spec": {"template": probed()},
        "status": {"observedGeneration": 2, "desiredNumberScheduled": desired, "updatedNumberScheduled": updated,
            "numberReady": ready, "numberAvailable": available},
    })
}

rows! {
    row_40_no_matching_node_is_ready_once_it_lasts {
        let mut agent = agent();
        agent.see(daemon_set([0, 0, 0, 0])).is(Verdict::InProgress);
        let judgement = agent.wait(3).is(Verdict::Ready);
        assert_eq!(judgement.note.unwrap(), "no node matches");
        agent.see(daemon_set([2, 0, 0, 0])).is(Verdict::InProgress);
    }

    row_41_a_node_that_is_down_excuses_its_pod {
        let mut agent = agent();
        let lost = with(pod("p", "ds", false, running()), json!({"spec": {"nodeName": "n5"},
            "metadata": {"labels": {"pod-template-generation": "2"}}}));
        agent.see(daemon_set([5, 5, 4, 4])).see(lost).is(Verdict::InProgress);
        let down = json!({"kind": "Node", "metadata": {"name": "n5"}, "status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}});
        let judgement = agent.see(down).is(Verdict::Ready);
        assert_eq!(judgement.note.unwrap(), "not available on nodes that are down or new: 1");
        agent.see(daemon_set([5, 4, 4, 4])).is(Verdict::InProgress);
        let old = with(pod("p", "ds", false, running()), json!({"spec": {"nodeName": "n5"},
            "metadata": {"labels": {"pod-template-generation": "1"}}}));
        agent.see(old).is(Verdict::Ready);
    }

    row_42_a_node_that_joins_is_not_waited_for {
        let mut agent = agent();
        let node = |name: &str, since: &str| json!({"kind": "Node", "metadata": {"name": name, "creationTimestamp": since},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]}});
        let unready = |node: &str| with(pod("p", "ds", false, running()), json!({"spec": {"nodeName": node}}));
        agent.see(node("old", "2026-11-20T06:00:00Z")).see(node("new", "2026-11-21T06:00:30Z")).wait(60);
        agent.see(daemon_set([3, 3, 2, 2])).see(unready("old")).is(Verdict::InProgress);
        agent.see(unready("new")).is(Verdict::Ready);
    }

    row_43_nothing_is_ready_at_a_hundred_percent_unavailable {
        let all = json!({"spec": {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "100%"}}}});
        agent().see(with(daemon_set([3, 3, 0, 0]), all)).is(Verdict::InProgress);
    }

    row_44_ready_pods_that_never_count_as_available_are_ready_in_the_end {
        let mut agent = agent();
        agent.see(daemon_set([2, 2, 2, 1])).wait(119).is(Verdict::InProgress);
        let judgement = agent.wait(1).is(Verdict::Ready);
        assert_eq!(judgement.note.unwrap(), "every pod is ready, but they are not counted as available");
    }

    row_45_on_delete_is_ready_and_counts_what_is_old {
        let on_delete = json!({"spec": {"updateStrategy": {"type": "OnDelete"}}});
        let judgement = agent().see(with(daemon_set([3, 1, 3, 3]), on_delete)).is(Verdict::Ready);
        assert_eq!(judgement.note.unwrap(), "OnDelete: 2 pods keep the old revision until they are deleted");
    }
}
