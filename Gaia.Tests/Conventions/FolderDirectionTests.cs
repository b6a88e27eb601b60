using System.Text.RegularExpressions;
using ArchUnitNET.Domain;

namespace Gaia.Tests.Conventions;

/// <summary>The folders of a project use each other as docs/architecture.md draws it, and nowhere in a circle.</summary>
public sealed partial class FolderDirectionTests
{
    [Theory]
    [InlineData("Gaia.Caching")]
    [InlineData("Gaia.Events")]
    [InlineData("Gaia.Messaging")]
    [InlineData("Gaia.Gateway")]
    [InlineData("Gaia.Auth")]
    [InlineData("Gaia.Chat")]
    [InlineData("Gaia.Asset")]
    public void A_folder_uses_only_what_is_drawn_below_it(string project)
    {
        var picture = Picture.Of(project);

        var undrawn =
            from type in Assemblies.TypesOf(project)
            let folder = FolderOf(type, project)
            where folder is not null
            from used in type.Dependencies.SelectMany(d => d.TargetGenericArguments.Select(a => a.Type).Append(d.Target)).Distinct()
            let below = FolderOf(used, project)
            where below is not null && below != folder && !picture.Below(folder).Contains(below)
            orderby type.Name
            select $"{folder} -> {below}: {type.Name} uses {used.Name}";

        Assert.Empty(undrawn.Distinct());
        Assert.DoesNotContain(picture.Folders, folder => picture.Below(folder).Contains(folder));
    }

    [Theory]
    [InlineData("Gaia.Caching")]
    [InlineData("Gaia.Events")]
    [InlineData("Gaia.Messaging")]
    [InlineData("Gaia.Gateway")]
    [InlineData("Gaia.Auth")]
    [InlineData("Gaia.Chat")]
    [InlineData("Gaia.Asset")]
    public void Every_folder_is_drawn(string project)
    {
        var folders = Assemblies.TypesOf(project).Select(type => FolderOf(type, project)).OfType<string>().Distinct();

        Assert.Equal(folders.Order(StringComparer.Ordinal), Picture.Of(project).Folders.Order(StringComparer.Ordinal));
    }

    /// <returns>Null for what is at the top of the project, generated, or not of the project at all.</returns>
    private static string? FolderOf(IType type, string project)
    {
        var space = type is GenericParameter ? "" : type.Namespace?.FullName ?? "";
        return space.StartsWith($"{project}.", StringComparison.Ordinal) && space[(project.Length + 1)..].Split('.')[0] is var folder and not "Migrations"
            ? folder
            : null;
    }

    /// <summary>The arrows of a project's picture, each from a folder to one that it uses.</summary>
    private sealed partial class Picture(ILookup<string, string> arrows, IReadOnlyCollection<string> folders)
    {
        public IReadOnlyCollection<string> Folders => folders;

        public static Picture Of(string project)
        {
            var text = File.ReadAllText(Path.Combine(Assemblies.Repository, "docs", "architecture.md"));
            var section = text[text.IndexOf($"### {project}\n", StringComparison.Ordinal)..];
            var drawing = section[..section.IndexOf("\n```\n", StringComparison.Ordinal)];
            var arrows = Arrow().Matches(drawing).Select(m => (From: m.Groups[1].Value, To: m.Groups[2].Value)).ToList();
            var folders = arrows.SelectMany(a => new[] { a.From, a.To }).Concat(Alone().Matches(drawing).Select(m => m.Groups[1].Value));
            return new(arrows.ToLookup(a => a.From, a => a.To), [.. folders.Distinct()]);
        }

        /// <summary>What can be reached from a folder by arrows.</summary>
        public HashSet<string> Below(string folder)
        {
            var reached = new HashSet<string>();
            var ahead = new Stack<string>(arrows[folder]);
            while (ahead.TryPop(out var next))
            {
                if (reached.Add(next))
                {
                    foreach (var further in arrows[next])
                    {
                        ahead.Push(further);
                    }
                }
            }

            return reached;
        }

        [GeneratedRegex(@"^ +(\w+) --> (\w+)$", RegexOptions.Multiline)]
        private static partial Regex Arrow();

        [GeneratedRegex(@"^ +(\w+)$", RegexOptions.Multiline)]
        private static partial Regex Alone();
    }
}
