using System.Text.Json;

namespace Gaia.Publishing.Manifests;

/// <summary>The graph as the AppHost publishes it (https://json.schemastore.org/aspire-8.0.json), as far as deploying it needs.</summary>
internal sealed class Manifest
{
    private readonly Dictionary<string, ManifestResource> resources;

    private Manifest(IEnumerable<ManifestResource> resources) => this.resources = resources.ToDictionary(resource => resource.Name);

    public IEnumerable<ManifestResource> Resources => resources.Values;

    /// <exception cref="PublishingException">There is no such file, or it is no manifest.</exception>
    public static Manifest Read(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            return new(document.RootElement.GetProperty("resources").EnumerateObject().Select(ManifestResource.Of).ToList());
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new PublishingException($"{file} is no manifest of an AppHost: {unreadable.Message}");
        }
    }

    /// <summary>The resources that a value speaks of, such as <c>redis</c> in <c>{redis.bindings.tcp.host}</c>; and those that these speak of, to the last.</summary>
    public IReadOnlySet<ManifestResource> Behind(string value)
    {
        var found = new HashSet<ManifestResource>();
        Follow(value);
        return found;

        void Follow(string text)
        {
            foreach (var name in ManifestResource.NamesIn(text))
            {
                if (resources.TryGetValue(name, out var resource) && found.Add(resource))
                {
                    Follow(resource.Value);
                }
            }
        }
    }
}
