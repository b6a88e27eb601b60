using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>Turns values into the manifest's expressions, and remembers what they refer to, because that has to be written as well.</summary>
internal sealed class ManifestReferences
{
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, IResource> referenced = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(ParameterResource Parameter, string Format), string> formatted = [];
    private readonly HashSet<(ParameterResource, string)> written = [];
    private readonly HashSet<object> following = [];

    public Dictionary<string, ReferenceExpression> Conditionals { get; } = new(StringComparer.OrdinalIgnoreCase);

    public void Begin(DistributedApplicationModel model) => names.UnionWith(model.Resources.Select(r => r.Name));

    /// <summary>The resources that are only referred to, such as generated passwords; more may turn up while they are written.</summary>
    public IEnumerable<IResource> NotIn(DistributedApplicationModel model)
    {
        var inModel = model.Resources.Select(r => r.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return referenced.Values.Where(r => !inModel.Contains(r.Name)).ToList();
    }

    public string Expression(object value) => value switch
    {
        string text => text,
        ReferenceExpression { IsConditional: false } expression => string.Format(
            CultureInfo.InvariantCulture, expression.Format, [.. expression.ManifestExpressions.Select((text, i) => FormattedOr(expression, i, text))]),
        IManifestExpressionProvider provider => provider.ValueExpression,
        IResourceBuilder<IResource> { Resource: IManifestExpressionProvider provider } => provider.ValueExpression,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>Follows a value to every resource, formatted parameter and conditional expression in it.</summary>
    public void Add(object value)
    {
        if (value is ReferenceExpression expression)
        {
            Register(expression);
        }

        if (value is IResource resource)
        {
            if (referenced.TryAdd(resource.Name, resource))
            {
                names.Add(resource.Name);
            }
        }
        else if (value is IValueWithReferences { References: var parts } && following.Add(value))
        {
            foreach (var part in parts.Where(part => !following.Contains(part)))
            {
                Add(part);
            }

            following.Remove(value);
        }
    }

    /// <summary>The formatted forms of a parameter, or of all parameters, that have not been written yet.</summary>
    public List<(string Name, ParameterResource Parameter, string Format)> TakeFormatted(IResource? of = null) =>
    [
        .. formatted.Where(f => (of is null || f.Key.Parameter == of) && written.Add(f.Key)).Select(f => (f.Value, f.Key.Parameter, f.Key.Format)),
    ];

    private void Register(ReferenceExpression expression)
    {
        if (expression.IsConditional)
        {
            Conditionals.TryAdd(expression.Name!, expression);
            names.Add(expression.Name!);
            Register(expression.WhenTrue!);
            Register(expression.WhenFalse!);
            return;
        }

        for (var i = 0; i < expression.ManifestExpressions.Count; i++)
        {
            FormattedOr(expression, i, "");
        }

        foreach (var conditional in expression.ValueProviders.OfType<ReferenceExpression>().Where(e => e.IsConditional))
        {
            Conditionals.TryAdd(conditional.Name!, conditional);
            names.Add(conditional.Name!);
        }
    }

    private string FormattedOr(ReferenceExpression expression, int index, string otherwise)
    {
        var parameter = expression.ValueProviders[index] switch
        {
            ParameterResource p => p,
            ReferenceExpression { Format: "{0}", ValueProviders: [ParameterResource p] } => p,
            _ => null,
        };

        if (parameter is null || expression.StringFormats[index] is not { Length: > 0 } format)
        {
            return otherwise;
        }

        if (!formatted.TryGetValue((parameter, format), out var name))
        {
            var wanted = name = $"{parameter.Name}-{format.ToLowerInvariant()}-encoded";
            for (var suffix = 1; !names.Add(name); suffix++)
            {
                name = $"{wanted}-{suffix}";
            }

            formatted[(parameter, format)] = name;
        }

        return $"{{{name}.value}}";
    }
}
