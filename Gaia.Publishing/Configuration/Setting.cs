using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Gaia.Publishing.Configuration;

/// <summary>One property of an option type.</summary>
/// <param name="Key">The environment variable that sets it: sections and names, with two underscores between.</param>
/// <param name="Default">As it would be written; empty when there is none.</param>
/// <param name="Allowed">In words.</param>
/// <param name="Property">Where its meaning is documented.</param>
/// <param name="Parent">The list or dictionary that it is a part of; null when it is none.</param>
internal sealed record Setting(string Key, string Default, string Allowed, PropertyInfo Property, PropertyInfo? Parent)
{
    /// <summary>All settings of a type, those of its parts included: of a list as its first entry, of a dictionary as the entry NAME.</summary>
    public static IEnumerable<Setting> Of(Type type, string section, PropertyInfo? parent = null)
    {
        var defaults = type.GetConstructor(Type.EmptyTypes)?.Invoke(null);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(IsSetting))
        {
            var key = $"{section}__{property.Name}";
            if (PartOf(property.PropertyType) is { } part)
            {
                foreach (var setting in Of(part, $"{key}__{(property.PropertyType.IsAssignableTo(typeof(IDictionary)) ? "NAME" : "0")}", property))
                {
                    yield return setting;
                }
            }
            else
            {
                yield return new(key, defaults is null ? "" : Text(property.GetValue(defaults)), AllowedBy(property), property, parent);
            }
        }
    }

    private static bool IsSetting(PropertyInfo property) =>
        property.SetMethod is { IsPublic: true } || property.PropertyType.IsAssignableTo(typeof(IDictionary));

    /// <summary>The option type that a list or dictionary holds; null when it holds plain values, or the property is neither.</summary>
    private static Type? PartOf(Type type) =>
        type.IsGenericType && type.GetGenericArguments()[^1] is { } part && part.Assembly.GetName().Name!.StartsWith("Gaia.", StringComparison.Ordinal) && !part.IsEnum
            ? part
            : null;

    public static string Text(object? value) => value switch
    {
        null or "" => "",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        string text => text,
        IEnumerable several => string.Join(", ", several.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string AllowedBy(PropertyInfo property)
    {
        var words = property.GetCustomAttributes<ValidationAttribute>().Select(rule => rule switch
        {
            RangeAttribute { Maximum: long.MaxValue or int.MaxValue } range => $"at least {range.Minimum}",
            RangeAttribute range => $"{range.Minimum} to {range.Maximum}",
            AllowedValuesAttribute values => $"one of {string.Join(", ", values.Values)}",
            MinLengthAttribute length => $"at least {length.Length} characters",
            UrlAttribute => "an http or https address",
            RequiredAttribute => "not empty",
            _ => "",
        }).Where(word => word.Length > 0).Distinct().ToList();
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return words.Count > 0 ? string.Join("; ", words)
            : type.IsEnum ? string.Join(", ", Enum.GetNames(type))
            : type == typeof(bool) ? "true, false"
            : type == typeof(Uri) ? "an http or https address"
            : type.IsAssignableTo(typeof(IDictionary)) ? "values by name: __NAME"
            : type.IsArray || type.IsGenericType ? "a list: __0, __1, …"
            : type.IsPrimitive || type == typeof(decimal) ? "a number"
            : "";
    }
}
