using System.Collections;
using System.Reflection;

namespace Gaia.Publishing.Configuration;

/// <summary>The types that configuration is bound to: those that name a section.</summary>
internal static class OptionTypes
{
    public static readonly IReadOnlyList<string> Services = ["Gaia.Gateway", "Gaia.Auth", "Gaia.Chat", "Gaia.Asset"];

    public const string Shared = "Gaia.ServiceDefaults";

    /// <summary>Those of an assembly, in the order of their sections.</summary>
    public static IEnumerable<Type> In(string assembly) =>
        Assembly.Load(assembly).GetTypes().Where(type => SectionOf(type) is not null && type.Name.EndsWith("Options", StringComparison.Ordinal)).OrderBy(SectionOf, StringComparer.Ordinal);

    public static string? SectionOf(Type type) => type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string;

    /// <summary>The default of a setting such as <c>CacheTtl:Persona</c>; null when it has none.</summary>
    public static object? DefaultOf(string key)
    {
        foreach (var type in Services.Prepend(Shared).SelectMany(In).Where(type => key.StartsWith($"{SectionOf(type)}:", StringComparison.Ordinal)))
        {
            var value = Activator.CreateInstance(type);
            foreach (var part in key[(SectionOf(type)!.Length + 1)..].Split(':'))
            {
                value = value is IDictionary entries ? entries[part] : value?.GetType().GetProperty(part)?.GetValue(value);
            }

            if (value is not null)
            {
                return value;
            }
        }

        return null;
    }
}
