namespace Gaia.Hosting;

/// <summary>One app's configuration, ready to be written.</summary>
/// <param name="App">Its name on Fly.</param>
/// <param name="Path">Where it goes, below the repository's root.</param>
/// <param name="Secrets">The names of what the app cannot do without, and no file holds.</param>
/// <param name="Text">TOML.</param>
internal sealed record FlyFile(string App, string Path, IReadOnlyList<string> Secrets, string Text)
{
    public void WriteTo(string folder)
    {
        var target = System.IO.Path.Combine(folder, Path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        File.WriteAllText(target, Text);
    }
}
