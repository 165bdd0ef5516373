//! Every single value of a file, with the path that leads to it.

use super::events::{Events, Kind};
use super::path::Step;

/// Path and event of every scalar that is a value, in the order of the text; what hangs on an
/// alias or on a key that is no plain word is left out.
pub(crate) fn scalars(events: &Events) -> Vec<(Vec<Step>, usize)> {
    let mut found = Vec::new();
    let mut open: Vec<(Vec<Step>, usize)> = events.roots().map(|root| (Vec::new(), root)).collect();
    open.reverse();
    while let Some((steps, at)) = open.pop() {
        let below = |step: Step, child: usize| {
            let mut steps = steps.clone();
            steps.push(step);
            (steps, child)
        };
        let first_child = open.len();
        match events.get(at).map(|event| &event.kind) {
            Some(Kind::Scalar { .. }) => found.push((steps, at)),
            Some(Kind::Sequence { .. }) => {
                open.extend(
                    events.items(at).enumerate().map(|(index, item)| below(Step::Index(index), item)),
                );
            }
            Some(Kind::Mapping { .. }) => open.extend(
                events
                    .pairs(at)
                    .filter_map(|(key, value)| Some(below(Step::Key(events.scalar(key)?.to_owned()), value))),
            ),
            _ => {}
        }
        if let Some(children) = open.get_mut(first_child..) {
            children.reverse();
        }
    }
    found
}
