pub(super) fn run(_: &Arguments, _: &super::console::Console) -> anyhow::Result<std::process::ExitCode> {
    anyhow::bail!("x")
}
#[derive(clap::Args)]
pub(super) struct Arguments {}
