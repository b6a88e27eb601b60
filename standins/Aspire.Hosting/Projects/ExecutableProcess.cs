using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Engine;

internal static class ExecutableProcess
{
    public static Task<ProcessSpec> PrepareAsync(ProcessContext context, CancellationToken cancellationToken)
    {
        var executable = (ExecutableResource)context.Resource;
        var program = executable.Command.Contains('/', StringComparison.Ordinal)
            ? Path.GetFullPath(Path.Combine(executable.WorkingDirectory, executable.Command))
            : Programs.Find(executable.Command, executable.Name, "Install it, or correct the command in the AppHost.");

        return !File.Exists(program) ? throw new StartFailure(executable.Name, $"{program} does not exist", "Correct the command in the AppHost.")
            : !Directory.Exists(executable.WorkingDirectory)
            ? throw new StartFailure(executable.Name, $"the working directory {executable.WorkingDirectory} does not exist", "Correct it in the AppHost.")
            : Task.FromResult(new ProcessSpec(program, context.Arguments)
            {
                WorkingDirectory = executable.WorkingDirectory,
                Environment = context.Environment,
            });
    }
}
