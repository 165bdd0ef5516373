//! The reference page of all problems, from the tables of all crates.

/// Prints the page.
pub(crate) fn problems() {
    let tables = [
        crate::trouble::PROBLEMS,
        crate::commands::secrets::age::PROBLEMS,
        child::PROBLEMS,
        cluster_login::PROBLEMS,
        deploy_events::PROBLEMS,
        deploy_ledger::PROBLEMS,
        deploy_pipeline::PROBLEMS,
        deploy_sinks::PROBLEMS,
        e2e_probe::PROBLEMS,
        federation::PROBLEMS,
        github_client::PROBLEMS,
        grafana_client::PROBLEMS,
        helm_driver::PROBLEMS,
        helm_release::PROBLEMS,
        redact::PROBLEMS,
        release_plan::PROBLEMS,
        rollout_waiter::PROBLEMS,
        secret_vault::PROBLEMS,
        secret_vault::age::PROBLEMS,
        secret_vault::repository::PROBLEMS,
        chart_bump::PROBLEMS,
    ];
    anstream::print!("{}", problem::reference_page(&tables));
}
