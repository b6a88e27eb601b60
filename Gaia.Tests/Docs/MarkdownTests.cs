using System.Text.RegularExpressions;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Docs;

/// <summary>What readers follow and read in the Markdown files of the top level and of docs/: links lead somewhere, and lines fit a screen.</summary>
public sealed partial class MarkdownTests
{
    private const int LineLimit = 160;

    [Fact]
    public void Every_relative_link_leads_to_a_file_of_the_repository()
    {
        var links = Pages().SelectMany(page => Link().Matches(Visible(page)).Select(link => Path.Combine(Path.GetDirectoryName(page)!, link.Groups["target"].Value))).ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(link), link));
    }

    [Fact]
    public void No_line_outside_a_table_is_longer_than_the_limit()
    {
        var lines = Pages().SelectMany(page => File.ReadLines(page).Select((text, index) => (Page: page, Number: index + 1, Text: text))).ToList();

        Assert.NotEmpty(lines);
        Assert.Empty(lines.Where(line => line.Text.Length > LineLimit && !line.Text.StartsWith('|')).Select(line => $"{line.Page}:{line.Number}"));
    }

    private static IEnumerable<string> Pages() =>
    [
        .. Directory.EnumerateFiles(Publisher.Repository, "*.md"),
        .. Directory.EnumerateFiles(Path.Combine(Publisher.Repository, "docs"), "*.md", SearchOption.AllDirectories),
    ];

    private static string Visible(string page) => Comment().Replace(File.ReadAllText(page), "");

    /// <summary>A link to something in the repository: no address, no anchor of the same page.</summary>
    [GeneratedRegex(@"\]\((?<target>(?![a-z]+:|#)[^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comment();
}
