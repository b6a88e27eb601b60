using System.Globalization;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Builds a <see cref="ReferenceExpression"/> whose number of holes is known only at run time.</summary>
internal sealed class ExpressionBuilder
{
    private readonly StringBuilder format = new();
    private readonly List<IValueProvider> providers = [];
    private readonly List<string> expressions = [];

    public bool IsEmpty => format.Length == 0;

    public ExpressionBuilder Literal(string text)
    {
        format.Append(ValueFormat.EscapeBraces(text));
        return this;
    }

    public ExpressionBuilder Value<T>(T provider)
        where T : IValueProvider, IManifestExpressionProvider
    {
        format.Append(CultureInfo.InvariantCulture, $"{{{providers.Count}}}");
        providers.Add(provider);
        expressions.Add(provider.ValueExpression);
        return this;
    }

    public ReferenceExpression Build() => new(format.ToString(), [.. providers], [.. expressions], new string?[providers.Count]);
}
