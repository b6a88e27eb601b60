using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Engine;

/// <summary>Runs nats-server with a configuration file, so that no password shows in the process list.</summary>
internal static class NatsProcess
{
    public static async Task<ProcessSpec> PrepareAsync(ProcessContext context, CancellationToken cancellationToken)
    {
        var server = Programs.Find("nats-server", context.Resource.Name, "Install NATS (package nats-server).");
        var arguments = context.Arguments.ToList();
        var user = Take(arguments, "--user");
        var password = Take(arguments, "--pass");
        var jetStream = arguments.Remove("-js");

        // The store of a container is a mounted path; here it is the data folder itself.
        Take(arguments, "-sd");

        var settings = new StringBuilder()
            .AppendLine(FormattableString.Invariant($"listen: \"127.0.0.1:{context.Port(NatsServerResource.PrimaryEndpointName)}\""))
            .AppendLine(FormattableString.Invariant($"server_name: {Quote(context.InstanceId)}"));

        if (password is not null)
        {
            settings.AppendLine(FormattableString.Invariant($"authorization {{ user: {Quote(user ?? "")}, password: {Quote(password)} }}"));
        }

        if (jetStream)
        {
            settings.AppendLine(FormattableString.Invariant($"jetstream {{ store_dir: {Quote(context.DataFolder)} }}"));
        }

        var file = Path.Combine(context.PrivateFolder, "nats.conf");
        await PrivateFile.WriteAsync(file, settings.ToString(), cancellationToken);
        return new(server, ["-c", file, .. arguments]) { WorkingDirectory = context.DataFolder, Environment = context.Environment };
    }

    private static string? Take(List<string> arguments, string option)
    {
        var at = arguments.IndexOf(option);
        if (at < 0 || at + 1 >= arguments.Count)
        {
            return null;
        }

        var value = arguments[at + 1];
        arguments.RemoveRange(at, 2);
        return value;
    }

    private static string Quote(string word) =>
        $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
