//! The picture: which crate may need which.

use super::Graph;

/// Vocabulary and small tools that anyone may use.
const LEAVES: &[&str] =
    &["base-url", "names", "problem", "redact", "child", "git-crypt-format", "helm-release"];

/// What the tool can do. No edge between any two: each is embedded on its own.
const CAPABILITIES: &[&str] = &[
    "chart-bump",
    "secret-vault",
    "helm-driver",
    "release-plan",
    "rollout-waiter",
    "e2e-probe",
    "grafana-client",
];

/// Values and records that the pipeline joins with the capabilities.
const GROUND: &[&str] =
    &["federation", "deploy-policy", "deploy-ledger", "cluster-login", "github-client", "deploy-events"];

/// For development alone; the binaries must never link them.
const WORKSHOP: &[&str] = &["sandbox", "stand-ins", "test-support"];

const BINARIES: &[&str] = &["deploy", "bump"];

/// Every edge that the picture does not draw, as a sentence.
pub(crate) fn violations(graph: &Graph) -> Vec<String> {
    let mut found = Vec::new();
    for (from, edges) in &graph.0 {
        if room(from).is_none() {
            found.push(format!(
                "{from} stands nowhere in the picture: give it a row in xtask/src/layering/picture.rs"
            ));
            continue;
        }
        for to in edges {
            if !allowed(from, to) {
                found.push(format!("{from} must not need {to}: {}", reason(from, to)));
            }
        }
    }
    found
}

fn room(name: &str) -> Option<&'static str> {
    let rows: [(&[&str], &str); 5] = [
        (LEAVES, "leaf"),
        (CAPABILITIES, "capability"),
        (GROUND, "ground"),
        (WORKSHOP, "workshop"),
        (BINARIES, "binary"),
    ];
    match name {
        "deploy-sinks" | "deploy-pipeline" | "xtask" => Some("assembly"),
        _ => rows.iter().find(|(row, _)| row.contains(&name)).map(|(_, room)| *room),
    }
}

fn allowed(from: &str, to: &str) -> bool {
    let leaf = LEAVES.contains(&to);
    match (from, room(from)) {
        ("chart-bump", _) => leaf || to == "github-client",
        (_, Some("leaf" | "capability" | "ground")) => leaf,
        ("deploy-sinks", _) => leaf || ["deploy-events", "grafana-client", "github-client"].contains(&to),
        ("deploy-pipeline", _) => {
            leaf || to == "deploy-sinks"
                || GROUND.contains(&to)
                || (CAPABILITIES.contains(&to) && to != "chart-bump")
        }
        ("xtask", _) => leaf || WORKSHOP.contains(&to),
        (_, Some("workshop")) => leaf || to == "test-support",
        (_, Some("binary")) => !WORKSHOP.contains(&to) && !BINARIES.contains(&to) && to != "xtask",
        _ => false,
    }
}

fn reason(from: &str, to: &str) -> String {
    match (room(from), room(to)) {
        (Some("capability"), Some("capability")) => {
            "no capability knows another; what both need is a leaf, what joins them is the pipeline"
                .to_owned()
        }
        (Some("leaf"), _) => "a leaf may only need leaves".to_owned(),
        (_, Some("workshop")) => "what is for development is never shipped".to_owned(),
        _ => {
            format!("the picture draws no such arrow; if {from} is right to need {to}, redraw it and say why")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &[&str])]) -> Graph {
        Graph(
            edges
                .iter()
                .map(|(from, to)| ((*from).to_owned(), to.iter().map(|to| (*to).to_owned()).collect()))
                .collect(),
        )
    }

    #[test]
    fn an_edge_between_two_capabilities_is_found_in_made_up_metadata() {
        let good = Graph::parse(include_str!("../../tests/metadata-as-drawn.json")).unwrap();
        assert_eq!(violations(&good), Vec::<String>::new());
        let bad = Graph::parse(include_str!("../../tests/metadata-capability-edge.json")).unwrap();
        assert_eq!(
            violations(&bad),
            [
                "helm-driver must not need rollout-waiter: no capability knows another; what both need is a leaf, \
              what joins them is the pipeline"
            ]
        );
    }

    #[test]
    fn the_workshop_never_reaches_a_binary() {
        assert_eq!(violations(&graph(&[("deploy", &["sandbox"])])).len(), 1);
        assert_eq!(violations(&graph(&[("deploy-pipeline", &["stand-ins"])])).len(), 1);
        assert_eq!(violations(&graph(&[("xtask", &["sandbox", "stand-ins"])])), Vec::<String>::new());
    }

    #[test]
    fn a_crate_that_nobody_placed_is_found() {
        assert_eq!(violations(&graph(&[("helpers", &[])])).len(), 1);
    }
}
