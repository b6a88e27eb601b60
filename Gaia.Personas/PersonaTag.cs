using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Gaia.Personas;

/// <summary>The entity tags of personas: the version, and for what callers without a name see of it a tag of its own.</summary>
public static class PersonaTag
{
    private const string PublicSuffix = "-public";

    public static string Of(PersonaView persona, bool isNamed = true) => Quote(persona.Version.ToString(CultureInfo.InvariantCulture), isNamed);

    public static string Of(PersonaPage page, bool isNamed)
    {
        var hash = new XxHash128();
        Span<byte> id = stackalloc byte[16];
        foreach (var persona in page.Personas)
        {
            persona.Id.TryWriteBytes(id);
            hash.Append(id);
            Append(persona.Version);
        }

        Append(page.Total);
        return Quote(Convert.ToHexStringLower(hash.GetCurrentHash()), isNamed);

        void Append(long number) => hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(ref number)));
    }

    private static string Quote(string tag, bool isNamed) => isNamed ? $"\"{tag}\"" : $"\"{tag}{PublicSuffix}\"";
}
