//! What Helm may still do, and the switch for it.

use std::sync::Arc;

use tokio::sync::watch;

/// What Helm may still do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Everything.
    Open,
    /// Nothing but to record that it failed; the text is what Helm is told.
    Cancelled(String),
    /// Nothing at all; the text is what Helm is told.
    Fenced(String),
}

/// The switch of one operation's gate. It only ever closes further.
#[derive(Debug, Clone)]
pub(crate) struct Switch(Arc<watch::Sender<Gate>>);

impl Switch {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Gate::Open)))
    }

    pub(crate) fn now(&self) -> Gate {
        self.0.borrow().clone()
    }

    pub(crate) fn cancel(&self, reason: &str) {
        self.0.send_if_modified(|gate| {
            let open = *gate == Gate::Open;
            if open {
                *gate = Gate::Cancelled(reason.to_owned());
            }
            open
        });
    }

    pub(crate) fn fence(&self, reason: &str) {
        self.0.send_if_modified(|gate| {
            let unfenced = !matches!(gate, Gate::Fenced(_));
            if unfenced {
                *gate = Gate::Fenced(reason.to_owned());
            }
            unfenced
        });
    }

    /// Returns once the gate is no longer open.
    pub(crate) async fn closed(&self) {
        self.until(|gate| *gate != Gate::Open).await;
    }

    /// Returns once the gate is fenced.
    pub(crate) async fn fenced(&self) {
        self.until(|gate| matches!(gate, Gate::Fenced(_))).await;
    }

    async fn until(&self, is: impl FnMut(&Gate) -> bool) {
        // The sender lives in `self`, so the channel cannot close meanwhile.
        let _ = self.0.subscribe().wait_for(is).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_only_closes_and_keeps_its_first_reason() {
        let switch = Switch::new();
        switch.cancel("first");
        switch.cancel("second");
        assert_eq!(switch.now(), Gate::Cancelled("first".into()));
        switch.fence("lock lost");
        switch.cancel("third");
        switch.fence("again");
        assert_eq!(switch.now(), Gate::Fenced("lock lost".into()));
    }
}
