using System.Linq.Expressions;
using Gaia.Chat.Usage;

namespace Gaia.Chat.Reports;

/// <summary>What usage can be summed up by.</summary>
internal static class UsageDimension
{
    public const string Model = "model";
    public const string User = "user";
    public const string Key = "key";
    public const string Persona = "persona";
    public const string Route = "route";
    public const string Day = "day";

    /// <summary>Null for calls to which the dimension does not apply.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public static Expression<Func<UsageRecord, string?>> Of(string dimension) => dimension switch
    {
        Model => u => u.Model,
        User => u => u.UserId.ToString(),
        Key => u => u.ApiKeyId == null ? null : u.ApiKeyId.Value.ToString(),
        Persona => u => u.PersonaId == null ? null : u.PersonaId.Value.ToString(),
        Route => u => u.Route,

        // A cast of the database's, which writes days as ISO 8601 does.
        Day => u => (string)(object)u.Day,
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, message: null),
    };
}
