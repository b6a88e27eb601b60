using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Engine;

/// <summary>Writes the output of all resources to the terminal, each line after the name of its resource, every resource in its own colour.</summary>
internal sealed class ResourceConsole
{
    private static readonly int[] Colours = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

    private readonly Dictionary<string, string> prefixes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock gate = new();

    public ResourceConsole(IEnumerable<(IResource Resource, string Id, string Title)> processes)
    {
        var all = processes.ToList();
        var width = all.Count == 0 ? 0 : all.Max(p => p.Title.Length);
        var coloured = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";

        foreach (var (index, (_, id, title)) in all.Index())
        {
            var name = title.PadRight(width);
            prefixes[id] = coloured ? $"\e[{Colours[index % Colours.Length]}m{name} |\e[0m " : $"{name} | ";
        }
    }

    public void Write(string id, LogLine line)
    {
        if (prefixes.TryGetValue(id, out var prefix))
        {
            lock (gate)
            {
                Console.Out.WriteLine(prefix + line.Content);
            }
        }
    }
}
